import { declineOf, wasDeclined } from '../read-answer.js';
import { stateOfSale } from '../transaction-state.js';
import type { Transaction } from '../transaction.js';
import { since, type Wanted } from './wanted.js';

/**
 * What is told of the sale itself. It counts as received once it is submitted for settlement; a bank that declines the settlement
 * later takes that back. `hasSucceeded`: it was told that the money is there.
 */
export function factsOfSale(sale: Transaction, hasSucceeded: boolean): Wanted[] {
  const { id: gatewayRef, amount, currency, status } = sale;
  const base = { gatewayRef, subject: 'payment', occurredAt: since(sale) } as const;
  const money = { amount, currency };
  const { status: stands, amountReceived, amountCapturable } = stateOfSale(sale);
  if (wasDeclined(sale)) {
    const { code, declineCode } = declineOf(sale);
    const reversed = status === 'settlement_declined' && hasSucceeded;
    const data = { ...money, code, declineCode, ...(reversed && { amountReversed: amount }) };
    return [{ ...base, effect: `failed:${gatewayRef}`, type: 'payment.failed', data }];
  }
  switch (stands) {
    case 'requires_capture':
      return [{ ...base, effect: 'authorized', type: 'payment.authorized', data: { ...money, amountCapturable } }];
    case 'succeeded':
      return [{ ...base, effect: 'succeeded', type: 'payment.succeeded', data: { ...money, amountReceived } }];
    case 'canceled':
      // What had counted as received was given back: `factsOfGivingBack`.
      if (hasSucceeded) return [];
      return [{ ...base, effect: 'canceled', type: 'payment.canceled', data: { ...money, reason: status } }];
    default:
      return [];
  }
}
