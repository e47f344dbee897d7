import { EVENT_TYPES } from '@signalbox/contracts';
import { noticeKind } from '../../notices/notice-kind.js';

/** There is one more way in. */
export const factorAddedNotice = noticeKind('auth.factor_added', EVENT_TYPES['auth.factor_added'], {
  ttlSeconds: 6 * 24 * 3_600,
  isToldOtherwise: ({ withFactor }) => withFactor === true,
  newsOf: ({ kind, factorId }) => `factor-added:${factorId ?? kind}`,
  data: ({ kind, factorId }) => ({ kind, factorId }),
  template: 'signin.factor_added',
  params: ({ kind }) => ({ kind }),
  words: {
    parameters: { kind: { type: 'enum', values: ['totp', 'passkey', 'recovery_codes'] } },
    defaultLocale: 'en',
    locales: {
      en: {
        title: '{kind, select, totp {Authenticator app added} passkey {Passkey added} other {New recovery codes}}',
        body: [
          '{kind, select,',
          ' totp {An authenticator app was set up for your account.}',
          ' passkey {A passkey was added to your account.}',
          ' other {New recovery codes were made for your account. The ones before count no longer.}}',
          ' If it was not you, change your password at once.',
        ].join(''),
      },
      de: {
        title:
          '{kind, select, totp {Authenticator-App hinzugefügt} passkey {Passkey hinzugefügt} other {Neue Wiederherstellungscodes}}',
        body: [
          '{kind, select,',
          ' totp {Für Ihr Konto wurde eine Authenticator-App eingerichtet.}',
          ' passkey {Zu Ihrem Konto wurde ein Passkey hinzugefügt.}',
          ' other {Für Ihr Konto gibt es neue Wiederherstellungscodes. Die bisherigen gelten nicht mehr.}}',
          ' Wenn Sie das nicht waren: Ändern Sie sofort Ihr Passwort.',
        ].join(''),
      },
    },
  },
});
