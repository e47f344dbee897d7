import { EVENT_TYPES } from '@signalbox/contracts';
import { noticeKind } from '../../notices/notice-kind.js';

export const refundFailed = noticeKind('refund.failed', EVENT_TYPES['refund.failed'], {
  ttlSeconds: 3 * 24 * 3_600,
  newsOf: ({ refundId }) => `refund:${refundId}`,
  data: ({ refundId, paymentId }) => ({ refundId, paymentId }),
  template: 'refund.failed',
  params: ({ amount, currency }) => ({ amount: { amount, currency } }),
  words: {
    parameters: { amount: { type: 'money' } },
    defaultLocale: 'en',
    locales: {
      en: {
        title: 'Refund failed',
        body: 'Your refund of {amount} could not be completed. Please contact support.',
      },
      de: {
        title: 'Erstattung fehlgeschlagen',
        body: 'Ihre Erstattung über {amount} konnte nicht ausgeführt werden. Bitte wenden Sie sich an den Support.',
      },
    },
  },
});
