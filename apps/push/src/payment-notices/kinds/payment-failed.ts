import { EVENT_TYPES } from '@signalbox/contracts';
import { noticeKind } from '../../notices/notice-kind.js';

export const paymentFailed = noticeKind('payment.failed', EVENT_TYPES['payment.failed'], {
  ttlSeconds: 24 * 3_600,
  newsOf: ({ paymentId }) => `payment:${paymentId}`,
  data: ({ paymentId }) => ({ paymentId }),
  // `invoice.payment_failed` comes beside it, and knows whether and when it is tried again.
  isToldOtherwise: ({ invoiceId }) => invoiceId !== undefined,
  // Why it was declined is between the bank and the customer, and a lock screen is read by others.
  template: 'payment.failed',
  params: ({ amount, currency }) => ({ amount: { amount, currency } }),
  words: {
    parameters: { amount: { type: 'money' } },
    defaultLocale: 'en',
    locales: {
      en: {
        title: 'Payment failed',
        body: 'Your payment of {amount} did not go through. Please try again, or pay in another way.',
      },
      de: {
        title: 'Zahlung fehlgeschlagen',
        body: 'Ihre Zahlung über {amount} wurde nicht ausgeführt. Bitte versuchen Sie es noch einmal, oder zahlen Sie auf andere Weise.',
      },
    },
  },
});
