import { EVENT_TYPES } from '@signalbox/contracts';
import { noticeKind } from '../../notices/notice-kind.js';

/** The bank only asks so far (`warning_*`); no money was taken back. */
const isInquiry = ({ status }: { readonly status: string }): boolean => status.startsWith('warning_');

export const disputeOpened = noticeKind('dispute.opened', EVENT_TYPES['dispute.opened'], {
  ttlSeconds: 3 * 24 * 3_600,
  newsOf: ({ disputeId }) => `dispute:${disputeId}`,
  data: ({ disputeId, paymentId }) => ({ disputeId, paymentId }),
  template: 'dispute.opened',
  params: (fact) => ({
    amount: { amount: fact.amount, currency: fact.currency },
    stage: isInquiry(fact) ? 'inquiry' : 'dispute',
  }),
  words: {
    parameters: { amount: { type: 'money' }, stage: { type: 'enum', values: ['inquiry', 'dispute'] } },
    defaultLocale: 'en',
    locales: {
      en: {
        title: '{stage, select, inquiry {Your bank has a question} other {Payment disputed}}',
        body: [
          '{stage, select,',
          ' inquiry {Your bank asked us about your payment of {amount}. If you did not ask for that, please contact support.}',
          ' other {Your payment of {amount} was disputed with your bank. If that was not you, please contact support.}}',
        ].join(''),
      },
      de: {
        title: '{stage, select, inquiry {Rückfrage Ihrer Bank} other {Zahlung angefochten}}',
        body: [
          '{stage, select,',
          ' inquiry {Ihre Bank hat bei uns wegen Ihrer Zahlung über {amount} nachgefragt. Falls Sie das nicht veranlasst haben, wenden Sie sich bitte an den Support.}',
          ' other {Ihre Zahlung über {amount} wurde bei Ihrer Bank angefochten. Falls Sie das nicht waren, wenden Sie sich bitte an den Support.}}',
        ].join(''),
      },
    },
  },
});
