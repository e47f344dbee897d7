import type { Call, CancelCall, CaptureCall, PaymentState, RefundCall, RefundState, Unsettled } from '../gateway.js';
import { done, type GatewayOutcome, type Refused, type Settlement } from '../outcome.js';
import { declineOf, wasDeclined } from './read-answer.js';
import type { Transaction } from './transaction.js';
import { stateOfRefund, stateOfSale, stateOfVoidedSale } from './transaction-state.js';
import type { Transactions } from './transactions.js';

/**
 * What may still come of an operation that left no trace: its call leaves within `LATEST_START_MS` (30 s), is cut after its own
 * deadline (25 s at most), and may then be under way inside of Braintree, whose SDK gives a call 60 s. After this it never
 * happens. Milliseconds.
 */
const MAY_ARRIVE_MS = 120_000;

type Settled = Settlement<PaymentState | RefundState>;

/** Calls that Braintree takes only in one state, so that making them again does nothing twice. */
export interface Guarded {
  capture(call: CaptureCall): Promise<GatewayOutcome<PaymentState>>;
  cancel(call: CancelCall): Promise<GatewayOutcome<PaymentState>>;
}

/**
 * Looks what became of a call. A sale and a refund carry the operation's id as their order id, and are never made again: there is
 * no key under which Braintree would know the second from the first. Capture and void are, since the state lets only one happen.
 */
export function settleAtBraintree(operation: Unsettled, transactions: Transactions, again: Guarded): Promise<Settled> {
  switch (operation.kind) {
    case 'charge':
      return settleCharge(operation.call, operation.ageMs, transactions);
    case 'capture':
      return settleCapture(operation.call, transactions, again);
    case 'cancel':
      return settleCancel(operation.call, transactions, again);
    case 'refund':
      return settleRefund(operation.call, operation.ageMs, transactions);
  }
}

async function settleCharge({ target, operation }: Call, ageMs: number, transactions: Transactions): Promise<Settled> {
  const read = await transactions.byOperation(target.appId, operation);
  if (read.kind === 'later') return read;
  const sales = read.kind === 'found' ? read.value.filter(({ type }) => type === 'sale') : [];
  const made = sales.find((sale) => !wasDeclined(sale)) ?? sales[0];
  if (made === undefined) return notThere(ageMs);
  return wasDeclined(made) ? declineOf(made) : done(stateOfSale(made));
}

async function settleCapture(call: CaptureCall, transactions: Transactions, again: Guarded): Promise<Settled> {
  const read = await transactions.of(call.target);
  if (read.kind === 'later') return read;
  if (read.kind === 'missing') return OTHER_MERCHANT;
  switch (stateOfSale(read.value).status) {
    case 'succeeded':
      return done(stateOfSale(read.value));
    case 'requires_capture':
    case 'processing':
      return settledBy(await again.capture(call));
    default:
      return refusedIn(read.value);
  }
}

async function settleCancel(call: CancelCall, transactions: Transactions, again: Guarded): Promise<Settled> {
  if (call.target.ref === undefined) return settledBy(await again.cancel(call));
  const read = await transactions.of(call.target);
  if (read.kind === 'later') return read;
  if (read.kind === 'missing') return OTHER_MERCHANT;
  const state = stateOfSale(read.value);
  return state.status === 'canceled' ? done(state) : settledBy(await again.cancel(call));
}

async function settleRefund(call: RefundCall, ageMs: number, transactions: Transactions): Promise<Settled> {
  const { target, operation } = call;
  const read = await transactions.byOperation(target.appId, operation);
  if (read.kind === 'later') return read;
  const made = read.kind === 'found' ? read.value.find(({ type }) => type === 'credit') : undefined;
  if (made !== undefined) return wasDeclined(made) ? declineOf(made) : done(stateOfRefund(made));
  const sale = await transactions.of(target);
  if (sale.kind === 'later') return sale;
  // Given back whole before it settled: a void has no id of its own.
  if (sale.kind === 'found' && sale.value.status === 'voided')
    return isAll(call, sale.value) ? done(stateOfVoidedSale(sale.value)) : refusedIn(sale.value);
  return notThere(ageMs);
}

const isAll = ({ amount }: RefundCall, sale: Transaction): boolean => (amount ?? sale.amount) === sale.amount;

function notThere(ageMs: number): Settled {
  return ageMs < MAY_ARRIVE_MS
    ? { kind: 'later', reason: 'may_still_arrive', retryAfterMs: MAY_ARRIVE_MS - ageMs }
    : { kind: 'not_happened' };
}

function settledBy(outcome: GatewayOutcome<PaymentState>): Settled {
  switch (outcome.kind) {
    case 'unknown':
      return { kind: 'later', reason: outcome.reason };
    case 'not_done':
      return { kind: 'later', reason: outcome.reason, retryAfterMs: outcome.retryAfterMs };
    default:
      return outcome;
  }
}

/** Braintree forgets no transaction: the app's keys are those of another merchant, and say nothing of this one. */
const OTHER_MERCHANT = { kind: 'later', reason: 'not_of_this_merchant' } as const;

const refusedIn = ({ status }: Transaction): Refused => ({
  kind: 'refused',
  code: 'unexpected_state',
  detail: `The transaction is ${status}.`,
});
