import type { MailContent } from './mails.js';
import type { MailText } from './mail-text.js';

const NOT_YOU = 'Wenn das nicht von Ihnen kam, können Sie diese Mail übergehen: Es ändert sich nichts.';

const LOCK_OUT = 'Wenn Sie das nicht waren, wählen Sie auf der Anmeldeseite sofort ein neues Passwort';

const YOURS = { totp: 'Ihre Authenticator-App', passkey: 'Ihr Passkey' } as const;
const NEW = {
  totp: 'Neue Authenticator-App',
  passkey: 'Neuer Passkey',
  recovery_codes: 'Neue Wiederherstellungscodes',
} as const;
const ADDED = {
  totp: (app: string) =>
    `Für Ihr Konto bei ${app} wurde eine Authenticator-App eingerichtet. Nach ihren Codes wird bei der Anmeldung gefragt.`,
  passkey: (app: string) =>
    `Zu Ihrem Konto bei ${app} wurde ein Passkey hinzugefügt. Wer ihn hat, kann sich damit anmelden.`,
  recovery_codes: (app: string) =>
    `Für Ihr Konto bei ${app} gibt es neue Wiederherstellungscodes. Die bisherigen gelten nicht mehr.`,
} as const;

export function german({ template, params }: MailContent): MailText {
  const { appName } = params;
  switch (template) {
    case 'verification':
      return {
        subject: `Bestätigen Sie Ihre Adresse für ${appName}`,
        paragraphs: [
          `Willkommen bei ${appName}. Bitte bestätigen Sie, dass diese Adresse Ihnen gehört. Der Link gilt einmal und 24 Stunden lang.`,
        ],
        action: { label: 'Adresse bestätigen', link: params.link },
        closing:
          'Wenn Sie sich nicht angemeldet haben, öffnen Sie den Link nicht: Ohne ihn bekommt diese Adresse kein Konto.',
      };
    case 'email_change':
      return {
        subject: `Bestätigen Sie Ihre neue Adresse für ${appName}`,
        paragraphs: [`Sie möchten diese Adresse für ${appName} verwenden. Der Link gilt einmal und eine Stunde lang.`],
        action: { label: 'Diese Adresse verwenden', link: params.link },
        closing: NOT_YOU,
      };
    case 'recovery':
      return {
        subject: `Wählen Sie ein neues Passwort für ${appName}`,
        paragraphs: ['Für Ihr Konto wurde ein neues Passwort verlangt. Der Link gilt einmal und 30 Minuten lang.'],
        action: { label: 'Neues Passwort wählen', link: params.link },
        closing: NOT_YOU,
      };
    case 'already_registered':
      return {
        subject: `Sie haben schon ein Konto bei ${appName}`,
        paragraphs: [
          `Jemand, wahrscheinlich Sie, wollte sich mit dieser Adresse bei ${appName} registrieren. Zu ihr gibt es schon ein Konto: Melden Sie sich einfach an.`,
          'Wenn Sie das Passwort nicht mehr wissen, wählen Sie ein neues. Der Link gilt einmal und 30 Minuten lang.',
        ],
        action: { label: 'Neues Passwort wählen', link: params.link },
        closing: NOT_YOU,
      };
    case 'sign_in_code':
      return {
        subject: `Ihr Code für ${appName}`,
        paragraphs: [
          `Ihr Code für die Anmeldung bei ${appName} ist ${params.code}. Er gilt einmal und zehn Minuten lang.`,
        ],
        closing:
          'Wenn Sie sich nicht gerade anmelden, kennt jemand Ihr Passwort: Wählen Sie auf der Anmeldeseite ein neues.',
      };
    case 'password_changed':
      return {
        subject: `Ihr Passwort für ${appName} wurde geändert`,
        paragraphs: [`Das Passwort Ihres Kontos bei ${appName} wurde geändert, alle anderen Geräte wurden abgemeldet.`],
        closing:
          'Wenn Sie das nicht waren, verlangen Sie auf der Anmeldeseite sofort ein neues Passwort: Das kann, wer dieses Postfach liest.',
      };
    case 'email_changed':
      return {
        subject: `Ihre Adresse für ${appName} wurde geändert`,
        paragraphs: [`Ihr Konto bei ${appName} hat jetzt eine andere Adresse. Diese hier gilt nicht mehr.`],
        ...(params.link === undefined
          ? { closing: `Wenn Sie das nicht waren, schreiben Sie sofort an die Macher von ${appName}.` }
          : {
              action: { label: 'Das war ich nicht: rückgängig machen', link: params.link },
              closing: 'Der Link gilt einmal und sieben Tage lang. Wenn Sie das waren, ist nichts zu tun.',
            }),
      };
    case 'new_sign_in':
      return {
        subject: `Neue Anmeldung bei ${appName}`,
        paragraphs: [
          `Bei Ihrem Konto für ${appName} hat sich ein Gerät angemeldet, das es noch nicht kannte.`,
          [
            `Zeit: ${time(params.at)}`,
            params.device && `Gerät: ${params.device}`,
            params.place && `Land: ${params.place}`,
          ]
            .filter((line) => line !== undefined)
            .join(' · '),
        ],
        ...(params.link === undefined ? {} : { action: { label: 'Das war ich nicht: abmelden', link: params.link } }),
        closing: 'Wenn Sie das waren, ist nichts zu tun.',
      };
    case 'factor_added':
      return {
        subject: `${NEW[params.kind]} für ${appName}`,
        paragraphs: [ADDED[params.kind](appName)],
        closing: `${LOCK_OUT}, und entfernen Sie, was Sie nicht kennen.`,
      };
    case 'factor_removed':
      if (params.kind === 'recovery_codes') {
        return {
          subject: `Ihre Wiederherstellungscodes für ${appName} wurden entfernt`,
          paragraphs: [
            `Die Wiederherstellungscodes für das Konto bei ${appName} entstanden, als vielleicht jemand anderes angemeldet war. Sie gelten nicht mehr. Bitte erzeugen Sie neue.`,
          ],
          closing: `${LOCK_OUT}.`,
        };
      }
      return {
        subject: `${YOURS[params.kind]} für ${appName} wurde entfernt`,
        paragraphs: [`${YOURS[params.kind]} für das Konto bei ${appName} wurde entfernt und gilt nicht mehr.`],
        closing: `${LOCK_OUT}.`,
      };
    case 'recovery_code_used':
      return {
        subject: `Ein Wiederherstellungscode für ${appName} wurde benutzt`,
        paragraphs: [
          `Ein Wiederherstellungscode Ihres Kontos bei ${appName} wurde benutzt. Noch gültig: ${params.left}.`,
        ],
        closing: `${LOCK_OUT}, und lassen Sie sich neue Wiederherstellungscodes geben.`,
      };
  }
}

const time = (at: string): string =>
  new Intl.DateTimeFormat('de-DE', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(new Date(at)) +
  ' UTC';
