import { EVENT_TYPES, type LoginAnomaly, loginAnomalyContent } from '@signalbox/contracts';
import { noticeKind } from '../../notices/notice-kind.js';
import type { Speaker } from '../../notices/speaker.js';

const isOfUse = ({ reasons }: LoginAnomaly): boolean => reasons.some(({ code }) => code === 'two_networks');
const isRefused = ({ sessionId }: LoginAnomaly): boolean => sessionId === undefined;

const placeIn = ({ country }: LoginAnomaly, say: Speaker): string =>
  country === undefined ? '' : ` in ${say.country(country)}`;

/** Without a preposition: of some countries' names it would be the wrong one. */
const whereIn = ({ country }: LoginAnomaly, say: Speaker): string =>
  country === undefined ? '' : `, ${say.country(country)}`;

export const loginAnomalyNotice = noticeKind('auth.login_anomaly', EVENT_TYPES['auth.login_anomaly'], {
  ttlSeconds: 6 * 24 * 3_600,
  // A sign-in is asked about on every phone but the one that it let in. A session that is in use from two networks is asked about on
  // its own phone too, which may be the only one: the answer can end it, and opens nothing.
  exceptSession: (fact) => (isOfUse(fact) ? undefined : fact.sessionId),
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
  words: {
    en: (fact, say, content) => {
      const device = content?.deviceName;
      const when = say.moment(fact.occurredAt);
      if (isOfUse(fact)) {
        return {
          title: 'Was this you?',
          body: `Your sign-in${device === undefined ? '' : ` on ${device}`} is being used from two networks at the same time. If you do not know why, tell us and we end it.`,
        };
      }
      if (isRefused(fact)) {
        return {
          title: 'Sign-in stopped',
          body: `Somebody tried to sign in to your account${placeIn(fact, say)} (${when}), and we did not let them in. Was this you?`,
        };
      }
      return {
        title: 'Was this you?',
        body: `New sign-in on ${device ?? 'a device'}${placeIn(fact, say)} (${when}). If it was not you, tell us and we end it.`,
      };
    },
    de: (fact, say, content) => {
      const device = content?.deviceName;
      const when = say.moment(fact.occurredAt);
      if (isOfUse(fact)) {
        return {
          title: 'Waren Sie das?',
          body: `Ihre Anmeldung${device === undefined ? '' : ` auf ${device}`} wird gleichzeitig aus zwei Netzen benutzt. Wenn Sie nicht wissen, warum: Sagen Sie es uns, und wir beenden sie.`,
        };
      }
      if (isRefused(fact)) {
        return {
          title: 'Anmeldung abgelehnt',
          body: `Jemand wollte sich bei Ihrem Konto anmelden${whereIn(fact, say)} (${when}), und wir haben es nicht zugelassen. Waren Sie das?`,
        };
      }
      return {
        title: 'Waren Sie das?',
        body: `Neue Anmeldung auf ${device ?? 'einem Gerät'}${whereIn(fact, say)} (${when}). Wenn Sie das nicht waren: Sagen Sie es uns, und wir beenden sie.`,
      };
    },
  },
});
