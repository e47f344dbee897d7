import type { EventType } from '@signalbox/contracts';
import type { NoticeCatalogue } from '../notices/catalogue.js';
import type { NoticeKind } from '../notices/notice-kind.js';
import { disputeOpened } from './kinds/dispute-opened.js';
import { invoicePaymentFailed } from './kinds/invoice-payment-failed.js';
import { paymentActionRequired } from './kinds/payment-action-required.js';
import { paymentFailed } from './kinds/payment-failed.js';
import { refundFailed } from './kinds/refund-failed.js';

/** The facts that users are told of, and how. */
export const NOTICE_KINDS = {
  'payment.failed': paymentFailed,
  'payment.action_required': paymentActionRequired,
  'invoice.payment_failed': invoicePaymentFailed,
  'refund.failed': refundFailed,
  'dispute.opened': disputeOpened,
} as const satisfies Partial<Record<EventType, NoticeKind>>;

export type ToldType = keyof typeof NOTICE_KINDS;

const OF_A_PAYMENT: readonly ToldType[] = ['payment.failed', 'payment.action_required'];
const OF_AN_INVOICE: readonly ToldType[] = ['invoice.payment_failed'];

/** What comes within this time belongs together: attempts at an invoice are hours apart. */
const BESIDE_MS = 15 * 60_000;

/** The last mile of a payment: users are told of facts about their money. */
export const PAYMENT_NOTICES: NoticeCatalogue = {
  reader: 'push.payment-notices',
  about: 'payments',
  counter: {
    name: 'payment_notices_total',
    help: 'Facts about money that a user could be told of, by what became of them',
  },
  category: 'payments',
  // Nobody wants to hear today of what failed last week.
  oldestMs: 24 * 3_600_000,
  kinds: NOTICE_KINDS,
  ends: {
    'payment.succeeded': OF_A_PAYMENT,
    'payment.canceled': OF_A_PAYMENT,
    'invoice.paid': OF_AN_INVOICE,
    'invoice.voided': OF_AN_INVOICE,
  },
  hints: ['invoice.action_required'],
  // An attempt at an invoice that waits for its customer is told by `payment.action_required`, which says what can be done.
  tellsBetter: (hint, told, apart) =>
    hint === 'invoice.action_required' && told === 'invoice.payment_failed' && apart < BESIDE_MS,
};
