import { EVENT_TYPES } from '@signalbox/contracts';
import { noticeKind } from '../../notices/notice-kind.js';

const ENGLISH = {
  totp: ['Authenticator app added', 'An authenticator app was set up for your account.'],
  passkey: ['Passkey added', 'A passkey was added to your account.'],
  recovery_codes: [
    'New recovery codes',
    'New recovery codes were made for your account. The ones before count no longer.',
  ],
} as const;

const GERMAN = {
  totp: ['Authenticator-App hinzugefügt', 'Für Ihr Konto wurde eine Authenticator-App eingerichtet.'],
  passkey: ['Passkey hinzugefügt', 'Zu Ihrem Konto wurde ein Passkey hinzugefügt.'],
  recovery_codes: [
    'Neue Wiederherstellungscodes',
    'Für Ihr Konto gibt es neue Wiederherstellungscodes. Die bisherigen gelten nicht mehr.',
  ],
} as const;

/** There is one more way in. */
export const factorAddedNotice = noticeKind('auth.factor_added', EVENT_TYPES['auth.factor_added'], {
  ttlSeconds: 6 * 24 * 3_600,
  isToldOtherwise: ({ withFactor }) => withFactor === true,
  newsOf: ({ kind, factorId }) => `factor-added:${factorId ?? kind}`,
  data: ({ kind, factorId }) => ({ kind, factorId }),
  words: {
    en: ({ kind }) => ({
      title: ENGLISH[kind][0],
      body: `${ENGLISH[kind][1]} If it was not you, change your password at once.`,
    }),
    de: ({ kind }) => ({
      title: GERMAN[kind][0],
      body: `${GERMAN[kind][1]} Wenn Sie das nicht waren: Ändern Sie sofort Ihr Passwort.`,
    }),
  },
});
