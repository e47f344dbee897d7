import { availableParallelism } from 'node:os';
import { queuesOf, type Uuid } from '@signalbox/contracts';
import type { Envelope } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { dependencyGauges, jobFigures, type QueueBackend, type WorkHandler } from '@signalbox/queues';
import type { Logger, Metrics } from '@signalbox/telemetry';
import type { AppProfile, DropSince, DropWaysIn, EndSessions } from './accounts/account-parts.js';
import { Accounts } from './accounts/accounts.js';
import { mailHandler } from './mail/mail.handler.js';
import { MailState } from './mail/mail-state.js';
import { SmtpSender } from './mail/smtp-sender.js';
import { AuthPipeline } from './work/auth-pipeline.js';
import { authGauges, authUpkeep } from './work/auth-upkeep.js';

export interface AccountSideOptions {
  readonly database: Database;
  readonly backend: QueueBackend;
  readonly envelope: Envelope;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly issuer: string;
  readonly profileOf: (appId: Uuid) => Promise<AppProfile>;
  readonly endSessions: EndSessions;
  readonly dropWaysIn: DropWaysIn;
  readonly dropSince: DropSince;
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  /** Threads of Node's pool. */
  readonly threads: number;
}

/** Threads that hashing leaves to name look-ups, files and keys. */
const OTHER_THREADS = 2;
/** That may wait to be hashed: at 10 ms each, 256 wait for less than three seconds. */
const WAITING = 256;

/** Local accounts and their mails, and what the service does later: put together, started and stopped as a whole. */
export class AccountSide {
  readonly accounts: Accounts;
  readonly pipeline: AuthPipeline;
  readonly mail: MailState;
  private readonly sender: SmtpSender | undefined;
  private readonly handler;
  private readonly chores;

  constructor(private readonly options: AccountSideOptions) {
    const { database, backend, envelope, logger, metrics, issuer, smtpUrl, mailFrom, threads } = options;
    this.pipeline = new AuthPipeline({ database, backend, logger, metrics });
    this.accounts = new Accounts({
      ...options,
      publisher: this.pipeline.publisher,
      hashing: { slots: Math.max(1, Math.min(availableParallelism(), threads - OTHER_THREADS)), waiting: WAITING },
    });
    this.mail = new MailState(smtpUrl !== undefined);
    this.sender = smtpUrl === undefined ? undefined : new SmtpSender(smtpUrl, mailFrom);
    this.chores = [
      authUpkeep(database, logger),
      authGauges(database, logger, metrics),
      dependencyGauges(database, backend, metrics),
    ];
    jobFigures(backend, queuesOf('auth'), metrics);
    const host = new URL(issuer).hostname;
    this.handler = mailHandler({ database, envelope, sender: this.sender, host, state: this.mail, logger });
  }

  /** `others`: handlers of the service's other queues. */
  start(others: readonly WorkHandler<never>[] = []): void {
    if (this.sender === undefined) this.options.logger.warn('SMTP_URL is not set: mails wait until it is');
    this.pipeline.start([this.handler, ...others]);
    for (const chore of this.chores) chore.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.chores.map((chore) => chore.stop()));
    await this.pipeline.stop();
    this.sender?.close();
  }
}
