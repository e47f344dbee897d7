import type { Envelope } from '@signalbox/credentials';
import type { Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { localeOf } from '../../accounts/account-parts.js';
import { AttemptLimits } from '../../limits/attempt-limits.js';
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
 * to the user by mail, where the address is proven. Nobody waits for that one.
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
    const contents = new Map(worthAMail.map((fact) => [newsOf(fact), contentOf(fact, reader.appName)]));
    // Who adds and removes by turns fills no mailbox; the first of each kind is always told. Whoever is signed in cannot use up another's
    // bucket: it is the address's own, for this kind of news. What is rolled back was not taken.
    const limits = new AttemptLimits(tx);
    for (const [news, content] of contents) {
      if (!(await limits.take('factor-news', userId, reader.email, news)).ok) continue;
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

const newsOf = ({ type, data }: FactorFact): string => `${type} ${data.kind}`;

/** What came with another, or went because of it, is told by that one. */
function isNews({ type, data }: FactorFact): boolean {
  return type === 'auth.factor_added' ? data.withFactor !== true : data.reason !== 'replaced';
}

function contentOf({ type, data }: FactorFact, appName: string): MailContent {
  const { kind } = data;
  if (type === 'auth.factor_added') return { template: 'factor_added', params: { appName, kind } };
  if (kind === 'recovery_codes' && data.reason === 'used') {
    return { template: 'recovery_code_used', params: { appName, left: data.left ?? 0 } };
  }
  return { template: 'factor_removed', params: { appName, kind } };
}
