import { randomUUID } from 'node:crypto';
import { setTimeout as lasting } from 'node:timers/promises';
import { post } from '../load/door.ts';

/** Somebody who gets notifications: a user of one app. */
export interface Recipient {
  readonly userId: string;
  readonly secretKey: string;
  /** Whose messages are counted together. */
  readonly group: string;
}

/** One message, with the moments that the client saw. Milliseconds since 1970. */
export interface Message {
  readonly key: string;
  readonly group: string;
  readonly priority: Priority;
  readonly sentAt: number;
  /** Milliseconds until it was answered with 202; undefined: it was not. */
  acceptedIn: number | undefined;
}

export type Priority = 'transactional' | 'bulk';

/** Milliseconds between two looks at the clock: what is due goes out then. */
const TICK_MS = 5;

/**
 * Sends one request per notification at an even rate that does not slow down when answers do (open loop), to the recipients in
 * turn, every second one as bulk, until it is stopped.
 */
export class Traffic {
  readonly messages: Message[] = [];
  private readonly stopping = new AbortController();
  private readonly under = new Set<Promise<void>>();
  private readonly running: Promise<void>;

  private readonly api: string;
  private readonly recipients: readonly Recipient[];
  private readonly perSecond: number;
  /** No message of another traffic has its keys: the provider's log tells them apart by nothing else. */
  private readonly name = randomUUID();

  constructor(api: string, recipients: readonly Recipient[], perSecond: number) {
    this.api = api;
    this.recipients = recipients;
    this.perSecond = perSecond;
    this.running = this.run();
  }

  /** Resolves when every request was answered or given up. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await Promise.all(this.under);
  }

  private async run(): Promise<void> {
    const began = performance.now();
    for (let sent = 0; !this.stopping.signal.aborted; await lasting(TICK_MS)) {
      for (const due = ((performance.now() - began) / 1_000) * this.perSecond; sent < due; sent += 1) this.send(sent);
    }
  }

  private send(number: number): void {
    const recipient = this.recipients[number % this.recipients.length]!;
    const round = Math.floor(number / this.recipients.length);
    const priority = (number + round) % 2 === 0 ? 'transactional' : 'bulk';
    const call = sendOne(this.api, recipient, `${this.name}/${number}`, priority, this.messages);
    this.under.add(call);
    void call.finally(() => this.under.delete(call));
  }
}

async function sendOne(
  api: string,
  { userId, secretKey, group }: Recipient,
  key: string,
  priority: Priority,
  kept: Message[],
): Promise<void> {
  const began = performance.now();
  // The provider's log tells the time of the wall clock, from which the monotonic one drifts away.
  const message: Message = { key, group, priority, sentAt: Date.now(), acceptedIn: undefined };
  kept.push(message);
  const body = { to: { userId }, content: { body: key }, options: { priority } };
  const answer = await post(`${api}/v1/notifications`, body, { authorization: `Bearer ${secretKey}` });
  if ('status' in answer && answer.status === 202) message.acceptedIn = performance.now() - began;
}
