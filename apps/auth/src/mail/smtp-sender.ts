import { createTransport } from 'nodemailer';
import type { ComposedMail } from './compose.js';
import { outcomeOfFailure, type SmtpFailure, type SmtpOutcome } from './smtp-outcome.js';

/** Mails at once, each over a connection that is kept. */
export const SMTP_CONNECTIONS = 4;
/** Milliseconds. A server that checks its callers may take its time with the greeting. */
const TIMEOUTS = { connectionTimeout: 5_000, greetingTimeout: 10_000, socketTimeout: 20_000 } as const;

export interface OutgoingMail extends ComposedMail {
  readonly to: string;
  /** As whom it is sent, in words. */
  readonly fromName: string;
  /** The same on every attempt, so that a mailbox can tell a mail that came twice. */
  readonly messageId: string;
}

/** Hands mails to the mail server of `url` (`smtp://user:password@host:587`, `smtps://...`), once each: retries are the queue's. */
export class SmtpSender {
  private readonly transport;

  constructor(
    url: string,
    /** The address that mails are from. */
    private readonly from: string,
  ) {
    this.transport = createTransport({
      url,
      pool: true,
      maxConnections: SMTP_CONNECTIONS,
      // A kept connection that was closed meanwhile is no attempt.
      maxRequeues: 1,
      ...TIMEOUTS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  async send({ to, fromName, ...mail }: OutgoingMail): Promise<SmtpOutcome> {
    try {
      await this.transport.sendMail({
        ...mail,
        // As structures, so that nothing in a name or an address is read as a list of several.
        from: { name: fromName, address: this.from },
        to: { name: '', address: to },
        headers: { 'auto-submitted': 'auto-generated' },
      });
      return { end: 'sent' };
    } catch (error) {
      return outcomeOfFailure(error as SmtpFailure);
    }
  }

  close(): void {
    this.transport.close();
  }
}
