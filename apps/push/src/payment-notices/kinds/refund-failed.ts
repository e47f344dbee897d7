import { EVENT_TYPES } from '@signalbox/contracts';
import { noticeKind } from '../../notices/notice-kind.js';

export const refundFailed = noticeKind('refund.failed', EVENT_TYPES['refund.failed'], {
  ttlSeconds: 3 * 24 * 3_600,
  newsOf: ({ refundId }) => `refund:${refundId}`,
  data: ({ refundId, paymentId }) => ({ refundId, paymentId }),
  words: {
    en: (fact, say) => ({
      title: 'Refund failed',
      body: `Your refund of ${say.amount(fact)} could not be completed. Please contact support.`,
    }),
    de: (fact, say) => ({
      title: 'Erstattung fehlgeschlagen',
      body: `Ihre Erstattung über ${say.amount(fact)} konnte nicht ausgeführt werden. Bitte wenden Sie sich an den Support.`,
    }),
  },
});
