import { want, type Change, type Wanted } from './handler.js';

/**
 * Money that moved, once for each entry of Stripe's ledger: negative where it was taken, positive where it came back. Whether
 * a dispute is won or lost moves nothing by itself. A dispute without a ledger moved its whole amount, once.
 */
export function disputeMovements(
  { objectId, after: { now }, seen }: Change<'dispute'>,
  type: 'dispute.funds_withdrawn' | 'dispute.funds_reinstated',
): Wanted[] {
  const effect = type.replace('dispute.', '');
  const { currency, status, reason } = now;
  const told = (name: string, amount: number) =>
    want(name, type, { disputeId: objectId, amount: Math.abs(amount), currency, status, reason });
  const ledger = new Map([...(seen.snapshot?.movements ?? []), ...now.movements].map(({ id, amount }) => [id, amount]));
  if (ledger.size === 0) return [told(effect, now.amount)];
  return [...ledger]
    .filter(([, amount]) => (type === 'dispute.funds_withdrawn' ? amount < 0 : amount > 0))
    .map(([id, amount]) => told(`${effect}:${id}`, amount));
}
