import type { EventType } from '@signalbox/contracts';
import { disputeOpened } from './kinds/dispute-opened.js';
import { invoicePaymentFailed } from './kinds/invoice-payment-failed.js';
import { paymentActionRequired } from './kinds/payment-action-required.js';
import { paymentFailed } from './kinds/payment-failed.js';
import { refundFailed } from './kinds/refund-failed.js';
import type { NoticeKind } from './notice-kind.js';

/** The facts that users are told of, and how. */
export const NOTICE_KINDS = {
  'payment.failed': paymentFailed,
  'payment.action_required': paymentActionRequired,
  'invoice.payment_failed': invoicePaymentFailed,
  'refund.failed': refundFailed,
  'dispute.opened': disputeOpened,
} as const satisfies Partial<Record<EventType, NoticeKind>>;

export type ToldType = keyof typeof NOTICE_KINDS;
export const TOLD_TYPES = Object.keys(NOTICE_KINDS) as readonly ToldType[];

export const isTold = (type: string): type is ToldType => Object.hasOwn(NOTICE_KINDS, type);

const OF_A_PAYMENT: readonly ToldType[] = ['payment.failed', 'payment.action_required'];
const OF_AN_INVOICE: readonly ToldType[] = ['invoice.payment_failed'];

/**
 * Facts after which others of the same subject are not worth telling any more. Each is an end: whatever the order in which
 * facts are read, what failed before does not matter once it is there.
 */
const ENDS = {
  'payment.succeeded': OF_A_PAYMENT,
  'payment.canceled': OF_A_PAYMENT,
  'invoice.paid': OF_AN_INVOICE,
  'invoice.voided': OF_AN_INVOICE,
} as const satisfies Partial<Record<EventType, readonly ToldType[]>>;

export type EndingType = keyof typeof ENDS;
export const ENDING_TYPES = Object.keys(ENDS) as readonly EndingType[];

/** Facts that are not told themselves and change nothing, but say that another one is told better. */
export const HINT_TYPES = ['invoice.action_required'] as const satisfies readonly EventType[];

/** What comes within this time belongs together: attempts at an invoice are hours apart. */
const BESIDE_MS = 15 * 60_000;

/**
 * Whether a fact of type `hint`, so many milliseconds away, says that one of type `told` is told better by another: an attempt
 * at an invoice that waits for its customer is told by `payment.action_required`, which says what can be done.
 */
export function tellsBetter(hint: string, told: string, apart: number): boolean {
  return hint === 'invoice.action_required' && told === 'invoice.payment_failed' && apart < BESIDE_MS;
}

/** Whether a fact of type `ending` makes an earlier one of type `told` pointless. */
export function ends(ending: string, told: string): boolean {
  const ended: readonly string[] = Object.hasOwn(ENDS, ending) ? ENDS[ending as EndingType] : [];
  return ended.includes(told);
}
