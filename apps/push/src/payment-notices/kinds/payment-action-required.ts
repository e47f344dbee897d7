import { EVENT_TYPES } from '@signalbox/contracts';
import { noticeKind } from '../../notices/notice-kind.js';

export const paymentActionRequired = noticeKind('payment.action_required', EVENT_TYPES['payment.action_required'], {
  ttlSeconds: 12 * 3_600,
  newsOf: ({ paymentId, invoiceId }) => (invoiceId === undefined ? `payment:${paymentId}` : `invoice:${invoiceId}`),
  data: ({ paymentId, nextAction, deepLink }) => ({ paymentId, nextAction, deepLink }),
  words: {
    en: (fact, say) => ({
      title: 'Confirm your payment',
      body: `Your payment of ${say.amount(fact)} is waiting for you. Open the app to complete it.`,
    }),
    de: (fact, say) => ({
      title: 'Zahlung bestätigen',
      body: `Ihre Zahlung über ${say.amount(fact)} wartet auf Sie. Öffnen Sie die App, um sie abzuschließen.`,
    }),
  },
});
