import { EVENT_TYPES } from '@signalbox/contracts';
import { noticeKind } from '../../notices/notice-kind.js';

/** One step of dunning: told once for each attempt at each invoice, and in other words when it was the last. */
export const invoicePaymentFailed = noticeKind('invoice.payment_failed', EVENT_TYPES['invoice.payment_failed'], {
  ttlSeconds: 3 * 24 * 3_600,
  newsOf: ({ invoiceId }) => `invoice:${invoiceId}`,
  data: ({ invoiceId, subscriptionId, attempt, last }) => ({
    invoiceId,
    subscriptionId,
    attempt: String(attempt),
    last: String(last),
  }),
  step: ({ attempt }) => String(attempt),
  words: {
    en: (fact, say) => {
      const what = `${say.amount(fact)} for your ${fact.subscriptionId === undefined ? 'invoice' : 'subscription'}`;
      if (fact.last) {
        return {
          title: 'Last attempt to collect failed',
          body: `We could not collect ${what}, and will not try again. Please update your payment method.`,
        };
      }
      const again = fact.nextAttemptAt === undefined ? 'later' : `on ${say.day(fact.nextAttemptAt)}`;
      return {
        title: 'Payment failed',
        body: `We could not collect ${what}. We will try again ${again}. Please check your payment method.`,
      };
    },
    de: (fact, say) => {
      const what = `${say.amount(fact)} für ${fact.subscriptionId === undefined ? 'Ihre Rechnung' : 'Ihr Abonnement'}`;
      if (fact.last) {
        return {
          title: 'Letzter Einzugsversuch fehlgeschlagen',
          body: `Wir konnten ${what} nicht einziehen und versuchen es nicht noch einmal. Bitte aktualisieren Sie Ihre Zahlungsart.`,
        };
      }
      const again = fact.nextAttemptAt === undefined ? 'später' : `am ${say.day(fact.nextAttemptAt)}`;
      return {
        title: 'Zahlung fehlgeschlagen',
        body: `Wir konnten ${what} nicht einziehen. Wir versuchen es ${again} noch einmal. Bitte prüfen Sie Ihre Zahlungsart.`,
      };
    },
  },
});
