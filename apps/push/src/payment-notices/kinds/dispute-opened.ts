import { EVENT_TYPES } from '@signalbox/contracts';
import { noticeKind } from '../../notices/notice-kind.js';

/** The bank only asks so far (`warning_*`); no money was taken back. */
const isInquiry = ({ status }: { readonly status: string }): boolean => status.startsWith('warning_');

export const disputeOpened = noticeKind('dispute.opened', EVENT_TYPES['dispute.opened'], {
  ttlSeconds: 3 * 24 * 3_600,
  newsOf: ({ disputeId }) => `dispute:${disputeId}`,
  data: ({ disputeId, paymentId }) => ({ disputeId, paymentId }),
  words: {
    en: (fact, say) => ({
      title: isInquiry(fact) ? 'Your bank has a question' : 'Payment disputed',
      body: isInquiry(fact)
        ? `Your bank asked us about your payment of ${say.amount(fact)}. If you did not ask for that, please contact support.`
        : `Your payment of ${say.amount(fact)} was disputed with your bank. If that was not you, please contact support.`,
    }),
    de: (fact, say) => ({
      title: isInquiry(fact) ? 'Rückfrage Ihrer Bank' : 'Zahlung angefochten',
      body: isInquiry(fact)
        ? `Ihre Bank hat bei uns wegen Ihrer Zahlung über ${say.amount(fact)} nachgefragt. Falls Sie das nicht veranlasst haben, wenden Sie sich bitte an den Support.`
        : `Ihre Zahlung über ${say.amount(fact)} wurde bei Ihrer Bank angefochten. Falls Sie das nicht waren, wenden Sie sich bitte an den Support.`,
    }),
  },
});
