import { EVENT_TYPES, type LoginAnomaly, loginAnomalyContent } from '@signalbox/contracts';
import { noticeKind } from '../../notices/notice-kind.js';

const isOfUse = ({ reasons }: LoginAnomaly): boolean => reasons.some(({ code }) => code === 'two_networks');

function alertOf(fact: LoginAnomaly): 'new' | 'in_use' | 'stopped' {
  if (isOfUse(fact)) return 'in_use';
  return fact.sessionId === undefined ? 'stopped' : 'new';
}

export const loginAnomalyNotice = noticeKind('auth.login_anomaly', EVENT_TYPES['auth.login_anomaly'], {
  ttlSeconds: 6 * 24 * 3_600,
  // A sign-in is asked about on every phone but the one that it let in. A session that is in use from two networks is asked about on
  // its own phone too, which may be the only one: the answer can end it, and opens nothing.
  exceptSession: (fact) => (isOfUse(fact) ? undefined : fact.sessionId),
  // Nor on one that the user was asked about before and has not answered for: a stranger who signs in twice would answer with the first.
  exceptSessions: ({ inQuestion }) => inQuestion,
  newsOf: ({ noticeId }) => `sign-in:${noticeId}`,
  content: loginAnomalyContent,
  // With `token` the app answers for the user: one tap, and nobody needs to be signed in for it.
  data: ({ noticeId, sessionId, verdict, reasons, country, occurredAt }, content) => ({
    noticeId,
    sessionId,
    verdict,
    reasons: reasons.map(({ code }) => code).join(','),
    country,
    at: occurredAt,
    deviceName: content?.deviceName,
    token: content?.token,
  }),
  template: 'signin.anomaly',
  params: (fact, countryName, content) => ({
    alert: alertOf(fact),
    device: content?.deviceName,
    country: fact.country === undefined ? undefined : countryName(fact.country),
    at: fact.occurredAt,
  }),
  words: {
    parameters: {
      alert: { type: 'enum', values: ['new', 'in_use', 'stopped'] },
      device: { type: 'string', required: false },
      country: { type: 'string', required: false },
      at: { type: 'date' },
    },
    defaultLocale: 'en',
    locales: {
      en: {
        title: '{alert, select, stopped {Sign-in stopped} other {Was this you?}}',
        body: [
          '{alert, select,',
          ' in_use {Your sign-in{device, select, none {} other { on {device}}} is being used from two networks at the same time.',
          ' If you do not know why, tell us and we end it.}',
          ' stopped {Somebody tried to sign in to your account{country, select, none {} other { in {country}}} ({at, date, moment}),',
          ' and we did not let them in. Was this you?}',
          ' other {New sign-in on {device, select, none {a device} other {{device}}}{country, select, none {} other { in {country}}}',
          ' ({at, date, moment}). If it was not you, tell us and we end it.}}',
        ].join(''),
      },
      // The country stands without a preposition: of some names it would be the wrong one.
      de: {
        title: '{alert, select, stopped {Anmeldung abgelehnt} other {Waren Sie das?}}',
        body: [
          '{alert, select,',
          ' in_use {Ihre Anmeldung{device, select, none {} other { auf {device}}} wird gleichzeitig aus zwei Netzen benutzt.',
          ' Wenn Sie nicht wissen, warum: Sagen Sie es uns, und wir beenden sie.}',
          ' stopped {Jemand wollte sich bei Ihrem Konto anmelden{country, select, none {} other {, {country}}} ({at, date, moment}),',
          ' und wir haben es nicht zugelassen. Waren Sie das?}',
          ' other {Neue Anmeldung auf {device, select, none {einem Gerät} other {{device}}}{country, select, none {} other {, {country}}}',
          ' ({at, date, moment}). Wenn Sie das nicht waren: Sagen Sie es uns, und wir beenden sie.}}',
        ].join(''),
      },
    },
  },
});
