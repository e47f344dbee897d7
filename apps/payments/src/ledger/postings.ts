import type { EVENT_TYPES, EventType, LedgerAccount } from '@signalbox/contracts';
import type { z } from 'zod';
import { sides, type Entry } from './entry.js';

/** What stands on an account for the subject of a fact, in the fact's currency. */
export type Posted = (account: LedgerAccount) => number;

type DataOf<Type extends EventType> = z.output<(typeof EVENT_TYPES)[Type]>;
type Posting<Type extends EventType> = (data: DataOf<Type>, posted: Posted) => Entry | undefined;

/** An amount of one currency. */
interface Money {
  readonly amount: number;
  readonly currency: string;
}

/**
 * The facts that move money, and what each posts. Pure, and the same for every gateway. Nothing that is not here moves any: not
 * what is reserved or under way, not a payment that failed before it was received, not a dispute that is won or lost.
 *
 * Payments, refunds and payouts are posted up to where the fact says that they stand, so that a fact which says what another has
 * said before, or that skips one which was never told, leaves the ledger right.
 */
export const POSTINGS: { readonly [Type in EventType]?: Posting<Type> } = {
  'payment.authorized': ({ amountReceived = 0, currency }, posted) => captured(amountReceived, currency, posted),
  'payment.succeeded': ({ amountReceived, currency }, posted) => captured(amountReceived, currency, posted),
  'payment.failed': ({ amountReversed = 0, currency }, posted) => captureReturned(amountReversed, currency, posted),
  'refund.created': (data, posted) => (data.fundsWithdrawn === true ? refunded(data, posted) : undefined),
  'refund.funds_withdrawn': (data, posted) => refunded(data, posted),
  'refund.succeeded': (data, posted) => refunded(data, posted),
  'refund.failed': (data, posted) => refundReturned(data, posted),
  'refund.canceled': (data, posted) => refundReturned(data, posted),
  'dispute.funds_withdrawn': ({ amount, fee = 0, currency }) => ({
    kind: 'dispute_withdrawal',
    lines: [
      ...sides(amount, currency, 'disputes', 'gateway_balance'),
      ...sides(fee, currency, 'fees', 'gateway_balance'),
    ],
  }),
  'dispute.funds_reinstated': ({ amount, fee = 0, currency }) => ({
    kind: 'dispute_reinstatement',
    lines: [
      ...sides(amount, currency, 'gateway_balance', 'disputes'),
      ...sides(fee, currency, 'fees', 'gateway_balance'),
    ],
  }),
  'payout.created': (data, posted) => paidOut(data, posted),
  // A gateway that does not tell of payouts that it makes tells of those that arrived.
  'payout.paid': (data, posted) => paidOut(data, posted),
  'payout.failed': (data, posted) => payoutReturned(data, posted),
  'payout.canceled': (data, posted) => payoutReturned(data, posted),
};

/** Sales stand on the credit side. What was received grows where an amount is captured in parts, and never shrinks. */
function captured(received: number, currency: string, posted: Posted): Entry | undefined {
  const more = received + posted('sales');
  return more > 0 ? { kind: 'capture', lines: sides(more, currency, 'gateway_balance', 'sales') } : undefined;
}

/** A payment that failed moves money only where it had counted as received. */
function captureReturned(reversed: number, currency: string, posted: Posted): Entry | undefined {
  const returned = Math.min(reversed, -posted('sales'));
  return returned > 0
    ? { kind: 'capture_return', lines: sides(returned, currency, 'sales', 'gateway_balance') }
    : undefined;
}

function refunded({ amount, currency }: Money, posted: Posted): Entry | undefined {
  const more = amount - posted('refunds');
  return more > 0 ? { kind: 'refund', lines: sides(more, currency, 'refunds', 'gateway_balance') } : undefined;
}

/** Whatever had left; nothing, where it ended before any did. */
function refundReturned({ currency }: Money, posted: Posted): Entry | undefined {
  return {
    kind: 'refund_return',
    lines: sides(posted('refunds'), currency, 'gateway_balance', 'refunds'),
  };
}

function paidOut({ amount, currency }: Money, posted: Posted): Entry | undefined {
  const more = amount - posted('payouts');
  return more > 0 ? { kind: 'payout', lines: sides(more, currency, 'payouts', 'gateway_balance') } : undefined;
}

/** Whether or not it had arrived: it is back. */
function payoutReturned({ currency }: Money, posted: Posted): Entry | undefined {
  return {
    kind: 'payout_return',
    lines: sides(posted('payouts'), currency, 'gateway_balance', 'payouts'),
  };
}
