import type { SmtpOutcome } from './smtp-outcome.js';

/** How it goes with the mail server, for readiness. Mail that waits keeps nobody from signing in: it never makes a process unready. */
export class MailState {
  private failing: string | undefined;

  constructor(private readonly hasServer: boolean) {}

  note(outcome: SmtpOutcome): void {
    this.failing = outcome.end === 'later' ? outcome.reason : undefined;
  }

  describe(): string {
    if (!this.hasServer) return 'SMTP_URL is not set; mails wait';
    return this.failing === undefined ? 'ok' : `the last mail was not taken (${this.failing}); it waits`;
  }
}
