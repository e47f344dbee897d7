/** Where in the conversation a server may say no. */
export const REFUSAL_STAGES = ['connect', 'rcpt', 'data'] as const;

/** The server says no. */
export interface Refusal {
  readonly stage: (typeof REFUSAL_STAGES)[number];
  /** SMTP reply: 4yz for now, 5yz for good. */
  readonly code: number;
  /** The receiver that it is about; absent: everybody. Not asked at `connect`, where nobody was named yet. */
  readonly to?: string | undefined;
  /** Absent: until it is taken back. */
  readonly times?: number | undefined;
}

/** What the mail server does to those who bring mail. */
export interface MailBehaviour {
  readonly refuse?: Refusal | undefined;
  /** Milliseconds before each mail is taken. */
  readonly delayMs: number;
  /** Seconds for which a receiver's first mail is put off (RFC 6647); 0: never. */
  readonly greylistSeconds: number;
}

export const ORDINARY_MAIL: MailBehaviour = { delayMs: 0, greylistSeconds: 0 };

/** A reply of the server's other than yes. */
export class SmtpRefusal extends Error {
  override readonly name = 'SmtpRefusal';

  constructor(readonly responseCode: number) {
    super(responseCode < 500 ? 'try again later' : 'not accepted here');
  }
}

/** What the server has been told to do, and whom it has put off already. */
export class MailScript {
  private told: MailBehaviour = ORDINARY_MAIL;
  private refused = 0;
  private readonly firstSeen = new Map<string, number>();

  get behaviour(): MailBehaviour {
    return this.told;
  }

  set behaviour(behaviour: MailBehaviour) {
    this.told = behaviour;
    this.refused = 0;
    this.firstSeen.clear();
  }

  /** Whether this is refused at this stage. */
  refusal(stage: Refusal['stage'], to?: string): SmtpRefusal | undefined {
    const { refuse } = this.told;
    if (refuse?.stage !== stage || (refuse.to !== undefined && refuse.to !== to)) return undefined;
    if (refuse.times !== undefined && this.refused >= refuse.times) return undefined;
    this.refused += 1;
    return new SmtpRefusal(refuse.code);
  }

  /** Whether this receiver's mail comes too early. */
  greylisted(to: string, now: number): SmtpRefusal | undefined {
    const { greylistSeconds } = this.told;
    if (greylistSeconds === 0) return undefined;
    const since = this.firstSeen.get(to);
    if (since !== undefined && now - since >= greylistSeconds * 1_000) return undefined;
    this.firstSeen.set(to, since ?? now);
    return new SmtpRefusal(451);
  }
}
