import type { Instrument } from '../objects/instrument.js';
import type { Transaction } from '../objects/transaction.js';
import type { Merchant } from '../world/merchant.js';

/** Whether the same card was charged the same for the same order just now, where the merchant wants that looked at. */
export function isDuplicate(
  merchant: Merchant,
  amount: number,
  currency: string,
  orderId: string | null,
  instrument: Instrument,
): boolean {
  const { duplicateCheckSeconds } = merchant.settings;
  if (duplicateCheckSeconds === 0) return false;
  const since = merchant.now().getTime() - duplicateCheckSeconds * 1000;
  const isSame = (before: Transaction): boolean =>
    before.type === 'sale' &&
    before.rejection === null &&
    before.amount === amount &&
    before.currency === currency &&
    before.orderId === orderId &&
    before.instrument.uniqueNumberIdentifier === instrument.uniqueNumberIdentifier &&
    before.createdAt.getTime() >= since;
  return [...merchant.transactions.values()].some(isSame);
}
