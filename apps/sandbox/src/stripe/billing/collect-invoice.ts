import type { Decline } from '../cards/decline.js';
import { behaviourOf } from '../customers/payment-methods.js';
import type { Invoice } from '../objects/invoice.js';
import type { PaymentIntent } from '../objects/payment-intent.js';
import type { PaymentMethod } from '../objects/payment-method.js';
import { confirm } from '../payments/confirm.js';
import { createIntent } from '../payments/payment-intents.js';
import { newId } from '../wire/ids.js';
import type { Refused } from '../wire/refused.js';
import type { Account } from '../world/account.js';
import { beginAttempt, settlePaid } from './invoice-outcomes.js';

export interface Attempt {
  readonly method: PaymentMethod;
  /** One of the retry schedule: only the first attempt and these are counted. */
  readonly automatic: boolean;
  /** The bank says this, whatever the card. */
  readonly decline?: Decline | undefined;
  readonly origin: string;
}

/**
 * Tries to get the money of an open invoice. What becomes of the invoice follows from what becomes of its payment.
 * @returns why not, when it was declined.
 */
export function collectInvoice(account: Account, invoice: Invoice, attempt: Attempt): Refused | undefined {
  if (invoice.amount_remaining === 0) {
    settlePaid(account, invoice);
    return undefined;
  }
  const { method, decline, origin } = attempt;
  const intent = intentOf(account, invoice);
  beginAttempt(account, invoice, attempt.automatic);
  // A bank that wants to see the customer is asked for the payment all the same: the invoice then waits for the customer.
  const authenticated = behaviourOf(method).authentication === 'offSessionReady';
  return confirm(account, intent, { method, offSession: false, authenticated, decline, origin });
}

/** An invoice has one intent, however often it is tried. */
export function intentOf(account: Account, invoice: Invoice): PaymentIntent {
  const known = account.objects.find('payment_intent', account.intentOfInvoice(invoice.id) ?? '');
  if (known) return known;
  const intent = createIntent(account, {
    amount: invoice.amount_remaining,
    currency: invoice.currency,
    customer: invoice.customer,
    description: invoice.billing_reason === 'subscription_create' ? 'Subscription creation' : 'Payment for Invoice',
    captureMethod: 'automatic',
    more: {
      // The customer is there for the first one, and not for those that follow.
      ...(invoice.billing_reason === 'subscription_create' && { setup_future_usage: 'off_session' }),
      payment_details: { customer_reference: null, order_reference: invoice.id },
    },
  });
  account.add({
    id: newId('inpay'),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: invoice.amount_remaining,
    created: account.now(),
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: true,
    livemode: false,
    payment: { type: 'payment_intent', payment_intent: intent.id },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  });
  return intent;
}
