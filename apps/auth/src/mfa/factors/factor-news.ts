import type { Envelope } from '@signalbox/credentials';
import type { Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { localeOf } from '../../accounts/account-parts.js';
import { oweMail } from '../../mail/mailer.js';
import type { MailContent } from '../../mail/mails.js';
import type { AppUser } from '../user.js';
import type { FactorFact } from './factor-facts.js';
import { MAIL_READER } from './factors.queries.js';

interface Reader {
  readonly email: string;
  readonly locale: string | null;
  readonly appName: string;
}

/**
 * Says what became of a user's factors, in the transaction in which it does: to the log, from which push tells the user's phones, and
 * to the user by mail. Nobody waits for that one.
 */
export class FactorNews {
  constructor(private readonly envelope: Envelope) {}

  async tell(tx: Sql, { appId, userId }: AppUser, facts: readonly FactorFact[]): Promise<void> {
    await append(tx, facts);
    const worthAMail = facts.filter(isNews);
    if (worthAMail.length === 0) return;
    const { rows } = await tx.query<Reader>(MAIL_READER, [appId, userId]);
    const [reader] = rows;
    if (reader === undefined) return;
    // Of three passkeys that go at once one mail is enough.
    const contents = new Map(
      worthAMail.map((fact) => [`${fact.type} ${fact.data.kind}`, contentOf(fact, reader.appName)]),
    );
    for (const content of contents.values()) {
      await oweMail(tx, this.envelope, {
        ...content,
        appId,
        userId,
        to: reader.email,
        locale: localeOf(reader.locale),
      });
    }
  }
}

/** What came with another, or went because of it, is told by that one. */
function isNews({ type, data }: FactorFact): boolean {
  return type === 'auth.factor_added' ? data.withFactor !== true : data.reason !== 'replaced';
}

function contentOf({ type, data }: FactorFact, appName: string): MailContent {
  const { kind } = data;
  if (type === 'auth.factor_added') return { template: 'factor_added', params: { appName, kind } };
  if (kind === 'recovery_codes') return { template: 'recovery_code_used', params: { appName, left: data.left ?? 0 } };
  return { template: 'factor_removed', params: { appName, kind } };
}
