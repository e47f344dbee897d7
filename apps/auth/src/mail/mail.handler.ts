import { formatId, QUEUES, type Uuid } from '@signalbox/contracts';
import type { Envelope } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import type { LeasedWork, WorkEnd, WorkHandler } from '@signalbox/queues';
import { atCrashPoint } from '@signalbox/resilience';
import type { Logger } from '@signalbox/telemetry';
import { authWork, type MailItem } from '../work/auth-work.js';
import { compose } from './compose.js';
import type { MailState } from './mail-state.js';
import { DELETE_MAIL, READ_MAIL } from './mail.queries.js';
import { mailContext, type SealedMail } from './mailer.js';
import { retryDelay } from './retry-delay.js';
import { SMTP_CONNECTIONS, type SmtpSender } from './smtp-sender.js';

export interface MailParts {
  readonly database: Database;
  readonly envelope: Envelope;
  /** Undefined: no mail server is configured, and mails wait for one. */
  readonly sender: SmtpSender | undefined;
  /** The host in Message-IDs. */
  readonly host: string;
  readonly state: MailState;
  readonly logger: Logger;
}

/** Milliseconds until a mail without a mail server is looked at again. */
const WITHOUT_SERVER_MS = 60_000;

interface MailRow {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly userId: Uuid | null;
  readonly template: string;
  readonly sealed: Buffer;
  readonly expired: boolean;
  readonly ageSeconds: number;
}

/** Sends mails, one to a work row. A mail that was taken by the server and whose commit was lost goes out a second time. */
export function mailHandler(parts: MailParts): WorkHandler<MailItem> {
  return {
    queue: QUEUES.mailTransactional,
    concurrency: SMTP_CONNECTIONS,
    async handle(work): Promise<WorkEnd> {
      const mail = await readMail(parts, work);
      if (mail === undefined) return settle(parts, work);
      if (mail.expired) return bury(parts, work, mail, 'expired');
      if (parts.sender === undefined) {
        return { end: 'release', delay: WITHOUT_SERVER_MS, reason: 'SMTP_URL is not set', held: true };
      }
      const outcome = await attempt(parts, parts.sender, mail);
      parts.state.note(outcome);
      switch (outcome.end) {
        case 'sent':
          return settle(parts, work);
        case 'later':
          return { end: 'release', delay: retryDelay(mail.ageSeconds), reason: outcome.reason, held: true };
        case 'refused':
          return bury(parts, work, mail, outcome.reason);
      }
    },
    async handlePoison(work): Promise<WorkEnd> {
      const mail = await readMail(parts, work);
      return mail === undefined ? settle(parts, work) : bury(parts, work, mail, 'kills_its_workers');
    },
  };
}

async function readMail({ database }: MailParts, work: LeasedWork<MailItem>): Promise<MailRow | undefined> {
  return (await database.query<MailRow>(READ_MAIL, [work.items[0]?.m])).rows[0];
}

function attempt({ envelope, host }: MailParts, sender: SmtpSender, { id, appId, sealed }: MailRow) {
  // Written by Mailer only, and nothing else opens under this context.
  const { to, locale, ...content } = JSON.parse(envelope.open(sealed, mailContext(appId)).toString()) as SealedMail;
  const messageId = `<${formatId('mail', id)}@${host}>`;
  return atCrashPoint('mail.send', () =>
    sender.send({ ...compose(content, locale), to, fromName: content.params.appName, messageId }),
  );
}

function settle(parts: MailParts, work: LeasedWork<MailItem>): Promise<WorkEnd> {
  return end(parts, work, undefined, 'sent');
}

/** Gives a mail up, and says so in the log of events: without the address, which is nobody's business. */
function bury(parts: MailParts, work: LeasedWork<MailItem>, mail: MailRow, reason: string): Promise<WorkEnd> {
  parts.logger.warn({ mail: mail.id, template: mail.template, reason }, 'a mail was given up');
  return end(parts, work, mail, reason);
}

function end(
  { database }: MailParts,
  work: LeasedWork<MailItem>,
  dead: MailRow | undefined,
  summary: string,
): Promise<WorkEnd> {
  return atCrashPoint('mail.commit', () =>
    database.transaction(async (tx): Promise<WorkEnd> => {
      if (!(await authWork.remove(tx, work))) return { end: 'lost' };
      await tx.query(DELETE_MAIL, [work.items[0]?.m]);
      if (dead !== undefined) {
        const { id, appId, userId, template } = dead;
        const mailId = formatId('mail', id);
        const who = userId === null ? {} : { userId: formatId('user', userId) };
        const data = { mailId, template, reason: summary, ...who };
        await append(tx, [{ appId, type: 'auth.mail_dead', subject: mailId, data }]);
      }
      return { end: 'settled', summary: { mail: summary } };
    }),
  );
}
