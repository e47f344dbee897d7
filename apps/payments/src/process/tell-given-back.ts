import type { Sql } from '@signalbox/database';
import type { PaymentLink } from './connect.js';
import { givenBackBy, type ChargeOrRefund } from './given-back.js';
import type { Kind } from './kinds.js';
import { type LockedObject, lockObject, stateOf } from './lock-object.js';
import type { ObjectRef } from './object-ref.js';
import { CHARGES_AND_REFUNDS, TELL_GIVEN_BACK } from './process.queries.js';
import type { ChargeState } from './states/charge.js';
import { canonical } from './states/canonical.js';
import type { PaymentIntentState } from './states/payment-intent.js';
import type { State } from './states/state.js';

/** A charge, a refund or a payment itself, before and after a drain. */
export interface MoneyMoved {
  readonly object: ObjectRef;
  readonly kind: Kind;
  readonly payment: PaymentLink;
  /** As it was before. */
  readonly locked: LockedObject;
  readonly after: State;
}

/** What a payment gave back in all, where that has changed since it was told last. */
export interface GivenBack {
  readonly amount: number;
  readonly currency: string;
  readonly amountRefunded: number;
  /** Of the fact, among the payment's. */
  readonly seq: bigint;
}

/**
 * Computes anew what a payment gave back. Locks the payment's own object, so that its charges and refunds, which have locks of
 * their own, take turns here: whoever comes last has seen everybody. Nobody locks the other way round.
 */
export async function tellGivenBack(tx: Sql, moved: MoneyMoved): Promise<GivenBack | undefined> {
  if (!mayHaveMoved(moved)) return undefined;
  const { object, kind, payment, locked, after } = moved;
  const ofPayment = { ...object, key: payment.key, objectId: payment.paymentIntent };
  const intent = kind === 'payment_intent' ? locked : await lockObject(tx, ofPayment, 'payment_intent', payment.id);
  const { rows } = await tx.query<ChargeOrRefund>(CHARGES_AND_REFUNDS, [payment.id]);
  // This object's own row is written after this.
  const others = rows.filter(({ key }) => key !== object.key);
  const own = kind === 'payment_intent' ? [] : [{ key: object.key, objectType: kind, state: after } as ChargeOrRefund];
  const parts = [...others, ...own];
  const state = (kind === 'payment_intent' ? after : intent.state) as Partial<PaymentIntentState>;
  const told = (intent.state as { refunded?: number }).refunded ?? 0;
  const amountRefunded = givenBackBy(parts);
  const known = state.now ?? parts.map(chargeOf).find((charge) => charge !== undefined);
  if (amountRefunded === told || known === undefined) return undefined;
  const written = await tx.query<{ seq: string }>(TELL_GIVEN_BACK, [payment.key, amountRefunded]);
  return { amount: known.amount, currency: known.currency, amountRefunded, seq: BigInt(written.rows[0]!.seq) };
}

function chargeOf(part: ChargeOrRefund): ChargeState['now'] | undefined {
  return part.objectType === 'charge' ? part.state.now : undefined;
}

/** The first sight of any of them may be what the others waited for to be told. */
function mayHaveMoved({ kind, locked, after }: MoneyMoved): boolean {
  const before = stateOf(locked);
  switch (kind) {
    case 'payment_intent':
      return before === undefined;
    case 'charge':
      return before === undefined || (before as ChargeState).now.givenBack !== (after as ChargeState).now.givenBack;
    case 'refund':
      return before === undefined || canonical(before.now) !== canonical(after.now);
    default:
      return false;
  }
}
