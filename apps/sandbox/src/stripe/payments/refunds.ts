import type { Charge } from '../objects/charge.js';
import type { Refund } from '../objects/refund.js';
import { newId } from '../wire/ids.js';
import type { Params } from '../wire/params.js';
import { invalid, unexpectedState } from '../wire/refused.js';
import type { Account } from '../world/account.js';
import { behaviourOf } from '../customers/payment-methods.js';
import { move } from './balance.js';

const REASONS = ['duplicate', 'fraudulent', 'requested_by_customer'] as const;

/** `POST /v1/refunds`. @throws Refused */
export function refundFromParams(account: Account, params: Params): Refund {
  const charge = chargeNamed(account, params);
  const amount = params.integer('amount') ?? charge.amount_captured - charge.amount_refunded;
  return refund(account, charge, amount, {
    reason: params.choice('reason', REASONS) ?? null,
    metadata: params.metadata(),
  });
}

/** @throws Refused when there is not so much left to give back. */
function refund(
  account: Account,
  charge: Charge,
  amount: number,
  { reason, metadata }: { reason: string | null; metadata: Record<string, string> },
): Refund {
  const left = charge.amount_captured - charge.amount_refunded;
  if (charge.disputed && !isRefundable(account, charge))
    throw unexpectedState('charge_disputed', `Charge ${charge.id} has been charged back; cannot issue a refund.`);
  if (left === 0) throw unexpectedState('charge_already_refunded', `Charge ${charge.id} has already been refunded.`);
  if (amount < 1 || amount > left)
    throw invalid(`Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`, 'amount');
  const method = account.objects.find('payment_method', charge.payment_method ?? '');
  const pending = method !== undefined && behaviourOf(method).refund === 'pending';
  const made: Refund = {
    id: newId('re'),
    object: 'refund',
    amount,
    balance_transaction: null,
    charge: charge.id,
    created: account.now(),
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: {
      card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
      type: 'card',
    },
    metadata,
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    ...(pending && { pending_reason: 'processing' }),
    reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: pending ? 'pending' : 'succeeded',
    transfer_reversal: null,
  };
  // The balance pays when the refund is made, even while it is pending.
  const { id: source, currency } = made;
  made.balance_transaction = move(account, {
    amount: -amount,
    currency,
    source,
    type: 'refund',
    category: 'refund',
  }).id;
  charge.amount_refunded += amount;
  charge.refunded = charge.amount_refunded === charge.amount_captured;
  account.add(made, 'refund.created');
  account.emit('charge.refunded', charge);
  return made;
}

/** A pending refund arrives. @throws Refused */
export function completeRefund(account: Account, made: Refund): void {
  mustBe(made, ['pending', 'requires_action']);
  announce(account, made, () => {
    made.status = 'succeeded';
    delete made.pending_reason;
  });
}

/** Fails, even after it had succeeded: the money comes back and is owed again. @throws Refused */
export function failRefund(account: Account, made: Refund, reason: string): void {
  mustBe(made, ['pending', 'requires_action', 'succeeded']);
  returnMoney(account, made, 'refund_failure', () => {
    made.status = 'failed';
    made.failure_reason = reason;
  });
  account.emit('refund.failed', made);
}

/** @throws Refused when it is too late. */
export function cancelRefund(account: Account, made: Refund): void {
  mustBe(made, ['pending', 'requires_action']);
  returnMoney(account, made, 'refund_failure', () => (made.status = 'canceled'));
}

/** Says of a changed refund what Stripe says, in both of its names. */
export function announce(account: Account, made: Refund, mutate: () => void): void {
  const before = structuredClone(made);
  account.change(made, 'refund.updated', mutate);
  if (JSON.stringify(before) !== JSON.stringify(made)) account.emit('charge.refund.updated', made, before);
}

function returnMoney(account: Account, made: Refund, type: 'refund_failure', mutate: () => void): void {
  const { amount, currency, id: source } = made;
  const charge = account.objects.require('charge', made.charge);
  announce(account, made, () => {
    mutate();
    made.failure_balance_transaction = move(account, { amount, currency, source, type, category: type }).id;
  });
  account.change(charge, 'charge.updated', () => {
    charge.amount_refunded -= amount;
    charge.refunded = false;
  });
}

function mustBe({ id, status }: Refund, statuses: readonly Refund['status'][]): void {
  if (statuses.includes(status)) return;
  throw unexpectedState(
    'refund_unexpected_state',
    `Refund ${id} is ${status}; it would have to be ${statuses.join(' or ')}.`,
  );
}

function chargeNamed(account: Account, params: Params): Charge {
  const [id, intentId] = [params.text('charge'), params.text('payment_intent')];
  if (id !== undefined) return account.objects.require('charge', id, 'charge');
  if (intentId === undefined)
    throw invalid(
      'One of the following params should be provided for this request: payment_intent or charge.',
      undefined,
      'parameter_missing',
    );
  const intent = account.objects.require('payment_intent', intentId, 'payment_intent');
  const charge = intent.latest_charge === null ? undefined : account.objects.find('charge', intent.latest_charge);
  if (charge?.status !== 'succeeded' || !charge.captured)
    throw unexpectedState(
      'payment_intent_unexpected_state',
      `This PaymentIntent (${intent.id}) does not have a successful charge to refund.`,
    );
  return charge;
}

function isRefundable(account: Account, { id }: Charge): boolean {
  const disputes = account.objects.newestFirst('dispute').filter(({ charge }) => charge === id);
  return disputes.every((dispute) => dispute.is_charge_refundable);
}
