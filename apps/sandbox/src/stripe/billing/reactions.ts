import type { Shown } from '../objects/stripe-object.js';
import type { Account } from '../world/account.js';
import { INVOICE_REACTIONS } from './invoice-outcomes.js';

/** What follows for invoices and subscriptions when this has happened. */
export const BILLING_REACTIONS: Readonly<Record<string, (account: Account, object: Shown) => void>> = {
  ...INVOICE_REACTIONS,
  'setup_intent.succeeded': keepSetUpMethod,
};

/** A trial began without a payment method, and now the customer has given one. */
function keepSetUpMethod(account: Account, { id, payment_method: method }: Shown): void {
  const waiting = account.objects.newestFirst('subscription').find((each) => each.pending_setup_intent === id);
  if (!waiting || typeof method !== 'string') return;
  account.change(waiting, 'customer.subscription.updated', () => {
    waiting.pending_setup_intent = null;
    if (waiting.payment_settings.save_default_payment_method === 'on_subscription')
      waiting.default_payment_method = method;
  });
}
