import { EVENT_TYPES } from '@signalbox/contracts';
import { noticeKind } from '../../notices/notice-kind.js';

/** A refresh token came a second time: of the phone and whoever has a copy, one was behind the other. Both are signed out. */
export const stolenSignIn = noticeKind('auth.signed_out', EVENT_TYPES['auth.signed_out'], {
  ttlSeconds: 6 * 24 * 3_600,
  isNews: ({ reason }) => reason === 'refresh_reused',
  newsOf: ({ sessionId }) => `session:${sessionId}`,
  data: ({ sessionId, reason }) => ({ sessionId, reason }),
  template: 'signin.stolen',
  params: () => ({}),
  words: {
    defaultLocale: 'en',
    locales: {
      en: {
        title: 'Sign-in ended for your safety',
        body: 'A copy of your sign-in was used and stopped. Please sign in again on the device that asks you to.',
      },
      de: {
        title: 'Anmeldung zu Ihrer Sicherheit beendet',
        body: 'Eine Kopie Ihrer Anmeldung wurde benutzt und gestoppt. Bitte melden Sie sich auf dem Gerät, das danach fragt, neu an.',
      },
    },
  },
});
