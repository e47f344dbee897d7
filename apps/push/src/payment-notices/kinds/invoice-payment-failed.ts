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
  template: 'invoice.payment_failed',
  params: ({ amount, currency, subscriptionId, last, nextAttemptAt }) => ({
    amount: { amount, currency },
    what: subscriptionId === undefined ? 'invoice' : 'subscription',
    attempt: last ? 'last' : 'again',
    nextAttemptAt,
  }),
  words: {
    parameters: {
      amount: { type: 'money' },
      what: { type: 'enum', values: ['invoice', 'subscription'] },
      attempt: { type: 'enum', values: ['last', 'again'] },
      nextAttemptAt: { type: 'date', required: false },
    },
    defaultLocale: 'en',
    locales: {
      en: {
        title: '{attempt, select, last {Last attempt to collect failed} other {Payment failed}}',
        body: [
          'We could not collect {amount} for your {what, select, invoice {invoice} other {subscription}}',
          '{attempt, select,',
          ' last {, and will not try again. Please update your payment method.}',
          ' other {. We will try again {nextAttemptAt, select, none {later} other {on {nextAttemptAt, date, day}}}.',
          ' Please check your payment method.}}',
        ].join(''),
      },
      de: {
        title: '{attempt, select, last {Letzter Einzugsversuch fehlgeschlagen} other {Zahlung fehlgeschlagen}}',
        body: [
          'Wir konnten {amount} für {what, select, invoice {Ihre Rechnung} other {Ihr Abonnement}} nicht einziehen',
          '{attempt, select,',
          ' last { und versuchen es nicht noch einmal. Bitte aktualisieren Sie Ihre Zahlungsart.}',
          ' other {. Wir versuchen es {nextAttemptAt, select, none {später} other {am {nextAttemptAt, date, day}}} noch einmal.',
          ' Bitte prüfen Sie Ihre Zahlungsart.}}',
        ].join(''),
      },
    },
  },
});
