import { declineOf, wasDeclined } from '../read-answer.js';
import { countsAsReceived, stateOfSale } from '../transaction-state.js';
import type { Transaction } from '../transaction.js';
import { isoTime, since, type Wanted } from './wanted.js';

/**
 * When a sale was submitted for settlement, from which on it counts as received, whatever became of it later; undefined: it never was.
 * A sale that was submitted and voided before anybody looked is told of as both.
 */
export function receivedAt({ statusHistory }: Transaction): string | undefined {
  return statusHistory.find(({ status }) => countsAsReceived(status))?.timestamp;
}

/** What is told of the sale itself. A bank that declines the settlement takes back what counted as received. */
export function factsOfSale(sale: Transaction): Wanted[] {
  const { id: gatewayRef, amount, currency, status } = sale;
  const base = { gatewayRef, subject: 'payment', occurredAt: since(sale) } as const;
  const money = { amount, currency };
  const { status: stands, amountCapturable } = stateOfSale(sale);
  const received = receivedAt(sale);
  const succeeded: Wanted[] =
    received === undefined && stands !== 'succeeded'
      ? []
      : [
          {
            ...base,
            occurredAt: isoTime(received),
            effect: 'succeeded',
            type: 'payment.succeeded',
            data: { ...money, amountReceived: amount },
          },
        ];
  if (wasDeclined(sale)) {
    const { code, declineCode } = declineOf(sale);
    const data = { ...money, code, declineCode, ...(succeeded.length > 0 && { amountReversed: amount }) };
    return [...succeeded, { ...base, effect: `failed:${gatewayRef}`, type: 'payment.failed', data }];
  }
  if (stands === 'requires_capture')
    return [{ ...base, effect: 'authorized', type: 'payment.authorized', data: { ...money, amountCapturable } }];
  // What had counted as received was given back instead: `factsOfGivingBack`.
  if (stands === 'canceled' && succeeded.length === 0)
    return [{ ...base, effect: 'canceled', type: 'payment.canceled', data: { ...money, reason: status } }];
  return succeeded;
}
