import { EVENT_TYPES } from '@signalbox/contracts';
import { noticeKind } from '../../notices/notice-kind.js';

const ENGLISH = {
  totp: ['Authenticator app removed', 'The authenticator app was removed from your account.'],
  passkey: ['Passkey removed', 'A passkey was removed from your account.'],
  recovery_codes: ['Recovery code used', 'A recovery code of your account was used.'],
} as const;

const GERMAN = {
  totp: ['Authenticator-App entfernt', 'Die Authenticator-App wurde aus Ihrem Konto entfernt.'],
  passkey: ['Passkey entfernt', 'Aus Ihrem Konto wurde ein Passkey entfernt.'],
  recovery_codes: ['Wiederherstellungscode benutzt', 'Ein Wiederherstellungscode Ihres Kontos wurde benutzt.'],
} as const;

/** A way in is gone. A recovery code is by its use, which its owner wants to know of. */
export const factorRemovedNotice = noticeKind('auth.factor_removed', EVENT_TYPES['auth.factor_removed'], {
  ttlSeconds: 6 * 24 * 3_600,
  // What takes its place is told.
  isToldOtherwise: ({ reason }) => reason === 'replaced',
  newsOf: ({ kind, factorId }) => `factor-removed:${factorId ?? kind}`,
  data: ({ kind, factorId, left }) => ({ kind, factorId, left: left?.toString() }),
  words: {
    en: ({ kind, left }) => ({
      title: ENGLISH[kind][0],
      body: `${ENGLISH[kind][1]}${left === undefined ? '' : ` Still good: ${left}.`} If it was not you, change your password at once.`,
    }),
    de: ({ kind, left }) => ({
      title: GERMAN[kind][0],
      body: `${GERMAN[kind][1]}${left === undefined ? '' : ` Noch gültig: ${left}.`} Wenn Sie das nicht waren: Ändern Sie sofort Ihr Passwort.`,
    }),
  },
});
