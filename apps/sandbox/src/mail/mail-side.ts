import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@signalbox/telemetry';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { RequestLog } from '../recording/request-log.js';
import { portInUse } from '../transport/listen.js';
import { MailScript, type SmtpRefusal } from './mail-behaviour.js';
import { type MailFilter, matchesMail, type ReceivedMail } from './received-mail.js';
import { readMessage } from './read-message.js';

const REMEMBERED = 10_000;
const REMEMBERED_BYTES = 64 * 1024 * 1024;
/** Bytes of one mail. */
const MAX_MAIL = 1024 * 1024;
/** Connections that are still open get this long when the sandbox stops. Milliseconds. */
const CLOSE_MS = 500;

/** A mail server and all the mailboxes behind it. Takes whatever it is brought, unless it was told to refuse. */
export class MailSide {
  readonly script = new MailScript();
  readonly log = new RequestLog<ReceivedMail, MailFilter>(REMEMBERED, REMEMBERED_BYTES, matchesMail);
  private readonly server: SMTPServer;

  constructor(logger: Logger) {
    this.server = new SMTPServer({
      size: MAX_MAIL,
      closeTimeout: CLOSE_MS,
      authOptional: true,
      // It has no certificate that anybody would trust.
      disabledCommands: ['STARTTLS', 'AUTH'],
      disableReverseLookup: true,
      onConnect: (_session, done) => done(this.script.refusal('connect')),
      onRcptTo: ({ address }, _session, done) => done(this.refuseReceiver(address)),
      onData: (stream, session, done) => {
        this.take(stream, session).then(
          () => done(),
          (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
        );
      },
    });
    this.server.on('error', (error: Error) => logger.debug({ err: error }, 'a mail connection broke'));
  }

  /** Answers the port in use. */
  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, () => {
        this.server.off('error', reject);
        resolve(portInUse(this.server.server.address(), port));
      });
    });
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private refuseReceiver(to: string): SmtpRefusal | undefined {
    const refusal = this.script.refusal('rcpt', to) ?? this.script.greylisted(to, Date.now());
    if (refusal !== undefined) this.record(to, '', refusal);
    return refusal;
  }

  private async take(stream: SMTPServerDataStream, { envelope }: SMTPServerSession): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    // Bytes as characters, so that each part is decoded as it says.
    const raw = Buffer.concat(chunks).toString('latin1');
    const { delayMs } = this.script.behaviour;
    if (delayMs > 0) await delay(delayMs);
    for (const { address } of envelope.rcptTo) {
      const refusal = this.script.refusal('data', address);
      this.record(address, raw, refusal);
      if (refusal !== undefined) throw refusal;
    }
  }

  private record(to: string, raw: string, refusal: SmtpRefusal | undefined): void {
    const ending =
      refusal === undefined ? ({ kind: 'taken' } as const) : ({ kind: 'refused', code: refusal.responseCode } as const);
    this.log.add((seq) => ({ seq, receivedAt: Date.now(), to, payload: raw, ending, ...readMessage(raw) }));
  }
}
