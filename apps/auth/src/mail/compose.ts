import { english } from './english.js';
import { german } from './german.js';
import { htmlText, plainText } from './mail-text.js';
import type { MailContent, MailLocale } from './mails.js';

const LANGUAGES = { en: english, de: german } as const satisfies Record<MailLocale, unknown>;

/** A mail as it is handed to the mail server. */
export interface ComposedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export function compose(content: MailContent, locale: MailLocale): ComposedMail {
  const mail = LANGUAGES[locale](content);
  return { subject: mail.subject, text: plainText(mail), html: htmlText(mail, locale) };
}
