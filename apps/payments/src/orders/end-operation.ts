import { type Uuid, objectKey } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { atCrashPoint } from '@signalbox/resilience';
import { oweLook } from '../gateway/braintree/process/owe-look.js';
import type { PaymentState, RefundState } from '../gateway/gateway.js';
import type { GatewayOutcome } from '../gateway/outcome.js';
import { endsEvenIfAsked, type FoundBy } from '../outcomes/even-if-asked.js';
import type { Operation, OperationOutcome } from './operation.js';
import {
  END_OPERATION,
  FORGET_PAYMENT,
  FREE_KEY,
  LEAVE_ORDER,
  OPERATION_BY_ID,
  OUTCOME_UNKNOWN,
  SEE_PAYMENT,
} from './order.queries.js';

/** Seconds until an unknown outcome is asked for the first time. */
const FIRST_ASKED_S = 2;

type Outcome = GatewayOutcome<PaymentState | RefundState>;
type Known = Exclude<Outcome, { readonly kind: 'unknown' }>;

/**
 * Keeps what came of an operation and lets others at its order again; of an unknown outcome, when to ask for it. Once: whoever
 * comes second, the caller or the janitor, finds what the first one kept. @returns the operation as it is kept.
 */
export function endOperation(
  database: Database,
  operation: Operation,
  account: string,
  outcome: Outcome,
  by: FoundBy,
): Promise<Operation> {
  return atCrashPoint('order.end', () =>
    database.transaction(async (tx) => {
      const known = knownOf(operation, outcome);
      if (known === undefined) await tx.query(OUTCOME_UNKNOWN, [operation.id, FIRST_ASKED_S]);
      else await end(tx, operation, account, known, by);
      return (await tx.query<Operation>(OPERATION_BY_ID, [operation.id])).rows[0]!;
    }),
  );
}

/** A payment that may have been made and that nobody was told of takes no money: it counts as not made. */
function knownOf({ kind }: Operation, outcome: Outcome): Known | undefined {
  if (outcome.kind !== 'unknown') return outcome;
  return kind === 'open' ? { kind: 'not_done', reason: outcome.reason, retryAfterMs: 0 } : undefined;
}

async function end(tx: Sql, operation: Operation, account: string, outcome: Known, by: FoundBy): Promise<void> {
  const { id, appId, orderId, paymentId, kind } = operation;
  const { rowCount } = await tx.query(END_OPERATION, [id, outcome.kind, keptOf(outcome), endsEvenIfAsked(by, outcome)]);
  if (rowCount === 0) return;
  const state = outcome.kind === 'done' && kind !== 'refund' ? (outcome.value as PaymentState) : undefined;
  if (state !== undefined) await see(tx, operation, account, state);
  const neverMade = kind === 'open' && outcome.kind !== 'done';
  if (neverMade || outcome.kind === 'not_done') await tx.query(FREE_KEY, [id]);
  if (neverMade) await tx.query(FORGET_PAYMENT, [paymentId]);
  // Braintree sends no word of what we do there; Stripe tells of it in events.
  if (operation.gateway === 'braintree' && (outcome.kind === 'done' || outcome.kind === 'declined'))
    await oweLook(tx, appId, paymentId, id);
  await tx.query(LEAVE_ORDER, [appId, orderId, id, neverMade || state?.status === 'canceled', paymentId]);
}

/** The gateway's words for why may name people: they are told once, and not kept. */
function keptOf(outcome: Known): OperationOutcome | null {
  if (outcome.kind === 'not_done') return null;
  return outcome.kind === 'refused' ? { ...outcome, detail: `It said ${outcome.code}.` } : outcome;
}

/** Keeps how a payment stands, as its gateway just told. */
async function see(
  sql: Sql,
  { appId, paymentId, gateway }: Pick<Operation, 'appId' | 'paymentId' | 'gateway'>,
  account: string,
  state: PaymentState,
): Promise<void> {
  const { ref } = state;
  const key: Uuid | null = gateway === 'stripe' && ref !== undefined ? objectKey(appId, account, ref) : null;
  await sql.query(SEE_PAYMENT, [paymentId, state, ref ?? null, key]);
}
