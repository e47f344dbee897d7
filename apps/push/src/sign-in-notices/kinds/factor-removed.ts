import { EVENT_TYPES } from '@signalbox/contracts';
import { noticeKind } from '../../notices/notice-kind.js';

/** A way in is gone. A recovery code is by its use, which its owner wants to know of; without `left` all of them are. */
export const factorRemovedNotice = noticeKind('auth.factor_removed', EVENT_TYPES['auth.factor_removed'], {
  ttlSeconds: 6 * 24 * 3_600,
  // What takes its place is told.
  isToldOtherwise: ({ reason }) => reason === 'replaced',
  newsOf: ({ kind, factorId }) => `factor-removed:${factorId ?? kind}`,
  data: ({ kind, factorId, left }) => ({ kind, factorId, left: left?.toString() }),
  template: 'signin.factor_removed',
  params: ({ kind, left }) => ({ kind, left }),
  words: {
    parameters: {
      kind: { type: 'enum', values: ['totp', 'passkey', 'recovery_codes'] },
      left: { type: 'integer', required: false },
    },
    defaultLocale: 'en',
    locales: {
      en: {
        title:
          '{kind, select, totp {Authenticator app removed} passkey {Passkey removed} other {{left, select, none {Recovery codes removed} other {Recovery code used}}}}',
        body: [
          '{kind, select,',
          ' totp {The authenticator app was removed from your account.}',
          ' passkey {A passkey was removed from your account.}',
          ' other {{left, select, none {The recovery codes of your account were removed. Please make new ones.}',
          ' other {A recovery code of your account was used.}}}}',
          '{left, select, none {} other { Still good: {left}.}}',
          ' If it was not you, change your password at once.',
        ].join(''),
      },
      de: {
        title:
          '{kind, select, totp {Authenticator-App entfernt} passkey {Passkey entfernt} other {{left, select, none {Wiederherstellungscodes entfernt} other {Wiederherstellungscode benutzt}}}}',
        body: [
          '{kind, select,',
          ' totp {Die Authenticator-App wurde aus Ihrem Konto entfernt.}',
          ' passkey {Aus Ihrem Konto wurde ein Passkey entfernt.}',
          ' other {{left, select, none {Die Wiederherstellungscodes Ihres Kontos wurden entfernt. Bitte erzeugen Sie neue.}',
          ' other {Ein Wiederherstellungscode Ihres Kontos wurde benutzt.}}}}',
          '{left, select, none {} other { Noch gültig: {left}.}}',
          ' Wenn Sie das nicht waren: Ändern Sie sofort Ihr Passwort.',
        ].join(''),
      },
    },
  },
});
