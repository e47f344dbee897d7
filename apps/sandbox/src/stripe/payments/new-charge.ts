import { chargedCard } from '../cards/new-card.js';
import type { Decline } from '../cards/decline.js';
import type { Charge } from '../objects/charge.js';
import type { PaymentIntent } from '../objects/payment-intent.js';
import type { PaymentMethod } from '../objects/payment-method.js';
import { newId } from '../wire/ids.js';
import type { Account } from '../world/account.js';

interface Attempt {
  readonly status: Charge['status'];
  readonly captured: boolean;
  readonly decline?: Decline;
}

/** One attempt at an intent's payment. Neither announced nor in the balance yet. */
export function newCharge(account: Account, intent: PaymentIntent, method: PaymentMethod, attempt: Attempt): Charge {
  const { status, captured, decline } = attempt;
  const id = newId(method.type === 'card' ? 'ch' : 'py');
  const { amount, currency, customer, description, metadata } = intent;
  const charge: Charge = {
    id,
    object: 'charge',
    amount,
    amount_captured: status === 'succeeded' && captured ? amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: method.billing_details,
    calculated_statement_descriptor: decline ? null : 'SIGNALBOX SANDBOX',
    captured: captured && status !== 'failed',
    created: account.now(),
    currency,
    customer,
    description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: { ...metadata },
    on_behalf_of: null,
    outcome: decline ? refusedOutcome(decline) : AUTHORIZED,
    paid: status === 'succeeded',
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: {
      type: method.type,
      [method.type]: method.card ? chargedCard(method.card, amount) : (method[method.type] ?? {}),
    },
    receipt_email: intent['receipt_email'] ?? null,
    receipt_number: null,
    receipt_url: decline ? null : `https://pay.stripe.com/receipts/sandbox/${id}`,
    refunded: false,
    review: null,
    shipping: intent['shipping'] ?? null,
    source: null,
    source_transfer: null,
    statement_descriptor: intent['statement_descriptor'] ?? null,
    statement_descriptor_suffix: null,
    status,
    transfer_data: null,
    transfer_group: null,
  };
  account.add(charge);
  return charge;
}

const AUTHORIZED = {
  advice_code: null,
  network_advice_code: null,
  network_decline_code: null,
  network_status: 'approved_by_network',
  reason: null,
  risk_level: 'normal',
  risk_score: 20,
  seller_message: 'Payment complete.',
  type: 'authorized',
};

function refusedOutcome({ decline_code: reason }: Decline) {
  const blocked = reason === 'fraudulent';
  return {
    ...AUTHORIZED,
    advice_code: blocked ? null : 'try_again_later',
    network_status: blocked ? 'not_sent_to_network' : 'declined_by_network',
    network_decline_code: blocked ? null : '01',
    reason: reason ?? null,
    seller_message: blocked ? 'Stripe blocked this payment as too risky.' : 'The bank returned a decline code.',
    type: blocked ? 'blocked' : 'issuer_declined',
  };
}
