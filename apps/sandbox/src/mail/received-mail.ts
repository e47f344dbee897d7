import type { Recorded } from '../recording/request-log.js';
import type { ReadMessage } from './read-message.js';

/** One mail for one receiver, as the control API lists it; `payload` is the whole message as it came. */
export interface ReceivedMail extends Recorded, ReadMessage {
  readonly to: string;
  readonly ending: { readonly kind: 'taken' } | { readonly kind: 'refused'; readonly code: number };
}

export interface MailFilter {
  readonly to?: string | undefined;
  readonly subject?: string | undefined;
  readonly taken?: boolean | undefined;
}

export function matchesMail(mail: ReceivedMail, { to, subject, taken }: MailFilter): boolean {
  return (
    (to === undefined || mail.to.toLowerCase() === to.toLowerCase()) &&
    (subject === undefined || mail.subject === subject) &&
    (taken === undefined || (mail.ending.kind === 'taken') === taken)
  );
}
