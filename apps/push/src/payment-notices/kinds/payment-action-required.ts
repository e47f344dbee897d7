import { EVENT_TYPES } from '@signalbox/contracts';
import { noticeKind } from '../../notices/notice-kind.js';

export const paymentActionRequired = noticeKind('payment.action_required', EVENT_TYPES['payment.action_required'], {
  ttlSeconds: 12 * 3_600,
  newsOf: ({ paymentId, invoiceId }) => (invoiceId === undefined ? `payment:${paymentId}` : `invoice:${invoiceId}`),
  data: ({ paymentId, nextAction, deepLink }) => ({ paymentId, nextAction, deepLink }),
  template: 'payment.action_required',
  params: ({ amount, currency }) => ({ amount: { amount, currency } }),
  words: {
    parameters: { amount: { type: 'money' } },
    defaultLocale: 'en',
    locales: {
      en: {
        title: 'Confirm your payment',
        body: 'Your payment of {amount} is waiting for you. Open the app to complete it.',
      },
      de: {
        title: 'Zahlung bestätigen',
        body: 'Ihre Zahlung über {amount} wartet auf Sie. Öffnen Sie die App, um sie abzuschließen.',
      },
    },
  },
});
