import { want, type Change, type Wanted } from './handler.js';

/** An amount in the currency of the balance, which need not be the customer's. */
interface Moved {
  readonly amount: number;
  readonly currency?: string | undefined;
  readonly fee?: number | undefined;
}

/**
 * Money that moved, once for each entry of Stripe's ledger: negative where it was taken, positive where it came back. Whether
 * a dispute is won or lost moves nothing by itself. A dispute without a ledger moved its whole amount, once.
 */
export function disputeMovements(
  { objectId, after: { now }, seen }: Change<'dispute'>,
  type: 'dispute.funds_withdrawn' | 'dispute.funds_reinstated',
): Wanted[] {
  const effect = type.replace('dispute.', '');
  const { status, reason } = now;
  const told = (name: string, { amount, currency = now.currency, fee }: Moved) =>
    want(name, type, { disputeId: objectId, amount: Math.abs(amount), currency, fee, status, reason });
  const ledger = new Map([...(seen.snapshot?.movements ?? []), ...now.movements].map((entry) => [entry.id, entry]));
  if (ledger.size === 0) return [told(effect, { amount: now.amount })];
  return [...ledger.values()]
    .filter(({ amount }) => (type === 'dispute.funds_withdrawn' ? amount < 0 : amount > 0))
    .map((entry) => told(`${effect}:${entry.id}`, entry));
}
