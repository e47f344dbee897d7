import { newUuid, QUEUES, type Uuid } from '@signalbox/contracts';
import type { Envelope, SealContext } from '@signalbox/credentials';
import type { Sql } from '@signalbox/database';
import type { Offer, Publisher } from '@signalbox/queues';
import { authWork, type MailItem } from '../work/auth-work.js';
import { INSERT_MAIL } from './mail.queries.js';
import { MAIL_LIFETIME, type MailContent, type MailLocale, type NewMail } from './mails.js';

/** What of a mail is sealed: whom it is to, and what may hold a token. */
export type SealedMail = MailContent & { readonly to: string; readonly locale: MailLocale };

/** Where `auth_mail.sealed` lives. */
export const mailContext = (appId: Uuid): SealContext => ({ appId, table: 'auth_mail', column: 'sealed' });

/**
 * Takes mails on. They are sent by a queue, later and as often as the mail server wants: no answer of ours waits for it, or is
 * longer for those who have an account.
 */
export class Mailer {
  constructor(
    private readonly envelope: Envelope,
    private readonly publisher: Publisher,
  ) {}

  /**
   * Owes a mail from the moment that the caller's transaction commits. The caller hands the answer to `publish` after that;
   * left out, the mail goes out ten seconds later.
   */
  send(tx: Sql, mail: NewMail): Promise<Offer[]> {
    return oweMail(tx, this.envelope, mail);
  }

  /** After the commit. Nobody waits for it. */
  publish(offers: readonly Offer[]): void {
    void this.publisher.publish(offers, 'mail.publish');
  }
}

/** `send`, for whoever publishes nothing and does not mind the ten seconds. */
export async function oweMail(tx: Sql, envelope: Envelope, { appId, userId, ...mail }: NewMail): Promise<Offer[]> {
  const id = newUuid();
  const sealed = envelope.seal(JSON.stringify(mail satisfies SealedMail), mailContext(appId));
  const lifetime = MAIL_LIFETIME[mail.template];
  await tx.query(INSERT_MAIL, [id, appId, userId ?? null, mail.template, sealed, lifetime]);
  const items: MailItem[] = [{ m: id }];
  return authWork.enqueue(tx, [
    { id: newUuid(), rootId: id, queue: QUEUES.mailTransactional, lane: 'transactional', appId, items },
  ]);
}
