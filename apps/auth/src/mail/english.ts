import type { MailContent } from './mails.js';
import type { MailText } from './mail-text.js';

const NOT_YOU = 'If you did not ask for this, you can ignore this mail: nothing changes.';

const LOCK_OUT = 'If it was not you, choose a new password on the sign-in page at once';

const FACTOR = { totp: 'authenticator app', passkey: 'passkey', recovery_codes: 'recovery codes' } as const;
const ADDED = {
  totp: (app: string) =>
    `An authenticator app was set up for your account for ${app}. Its codes are asked for when you sign in.`,
  passkey: (app: string) => `A passkey was added to your account for ${app}. Whoever holds it can sign in with it.`,
  recovery_codes: (app: string) =>
    `New recovery codes were made for your account for ${app}. The ones before count no longer.`,
} as const;

export function english({ template, params }: MailContent): MailText {
  const { appName } = params;
  switch (template) {
    case 'verification':
      return {
        subject: `Confirm your address for ${appName}`,
        paragraphs: [
          `Welcome to ${appName}. Please confirm that this address is yours. The link works once, for 24 hours.`,
        ],
        action: { label: 'Confirm my address', link: params.link },
        closing: 'If you did not register, do not open the link: without it this address gets no account.',
      };
    case 'email_change':
      return {
        subject: `Confirm your new address for ${appName}`,
        paragraphs: [`You want to use this address for ${appName}. The link works once, for one hour.`],
        action: { label: 'Use this address', link: params.link },
        closing: NOT_YOU,
      };
    case 'recovery':
      return {
        subject: `Choose a new password for ${appName}`,
        paragraphs: ['Somebody asked for a new password for your account. The link works once, for 30 minutes.'],
        action: { label: 'Choose a new password', link: params.link },
        closing: NOT_YOU,
      };
    case 'already_registered':
      return {
        subject: `You already have an account for ${appName}`,
        paragraphs: [
          `Somebody, most likely you, wanted to register for ${appName} with this address. It has an account already: just sign in.`,
          'If you do not know the password any more, choose a new one. The link works once, for 30 minutes.',
        ],
        action: { label: 'Choose a new password', link: params.link },
        closing: NOT_YOU,
      };
    case 'sign_in_code':
      return {
        subject: `Your code for ${appName}`,
        paragraphs: [`Your code to sign in to ${appName} is ${params.code}. It works once, for ten minutes.`],
        closing: 'If you are not signing in, somebody else knows your password: choose a new one on the sign-in page.',
      };
    case 'password_changed':
      return {
        subject: `Your password for ${appName} was changed`,
        paragraphs: [`The password of your account for ${appName} was changed, and all other devices were signed out.`],
        closing:
          'If it was not you, ask for a new password on the sign-in page at once: whoever reads this mailbox can.',
      };
    case 'email_changed':
      return {
        subject: `Your address for ${appName} was changed`,
        paragraphs: [`Your account for ${appName} has another address now. This one counts no longer.`],
        ...(params.link === undefined
          ? { closing: `If it was not you, write to the people who make ${appName} at once.` }
          : {
              action: { label: 'It was not me: undo the change', link: params.link },
              closing: 'The link works once, for seven days. If it was you, there is nothing to do.',
            }),
      };
    case 'new_sign_in':
      return {
        subject: `New sign-in to ${appName}`,
        paragraphs: [
          `Your account for ${appName} was signed in to from a device that it did not know.`,
          [
            `Time: ${time(params.at)}`,
            params.device && `Device: ${params.device}`,
            params.place && `Country: ${params.place}`,
          ]
            .filter((line) => line !== undefined)
            .join(' · '),
        ],
        ...(params.link === undefined ? {} : { action: { label: 'It was not me: sign it out', link: params.link } }),
        closing: 'If it was you, there is nothing to do.',
      };
    case 'factor_added':
      return {
        subject: `New ${FACTOR[params.kind]} for ${appName}`,
        paragraphs: [ADDED[params.kind](appName)],
        closing: `${LOCK_OUT}, and remove what you do not know.`,
      };
    case 'factor_removed':
      if (params.kind === 'recovery_codes') {
        return {
          subject: `Your recovery codes for ${appName} were removed`,
          paragraphs: [
            `The recovery codes of your account for ${appName} were made while somebody else may have been signed in. They count no longer. Please make new ones.`,
          ],
          closing: `${LOCK_OUT}.`,
        };
      }
      return {
        subject: `Your ${FACTOR[params.kind]} for ${appName} was removed`,
        paragraphs: [`The ${FACTOR[params.kind]} of your account for ${appName} was removed. It counts no longer.`],
        closing: `${LOCK_OUT}.`,
      };
    case 'recovery_code_used':
      return {
        subject: `A recovery code for ${appName} was used`,
        paragraphs: [`A recovery code of your account for ${appName} was used. Still good: ${params.left}.`],
        closing: `${LOCK_OUT}, and make new recovery codes.`,
      };
  }
}

const time = (at: string): string =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(new Date(at)) +
  ' UTC';
