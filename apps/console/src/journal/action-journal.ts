import { setTimeout as sleep } from 'node:timers/promises';
import type { OperatorAction } from '@signalbox/contracts';
import { Problem } from '@signalbox/http';
import type { Logger } from '@signalbox/telemetry';
import { z } from 'zod';
import type { ServiceClient } from '../services/service-client.js';

/** The status for what push cannot read: one of the two is of another version. */
const UNREADABLE = 422;
/** Milliseconds between tries while push is away. */
const TRY_EVERY = 2_000;
/** Facts that wait for push; beyond that the oldest is in the log of this process alone. */
const MOST_WAITING = 1_000;

/**
 * Brings what operators do into the event log, through push: the console's own connections cannot write. While push is away facts wait
 * here in order, and nobody is kept from acting; each of them is in the log of the process already.
 */
export class ActionJournal {
  private readonly waiting: OperatorAction[] = [];
  private readonly closed = new AbortController();
  private retrying: Promise<void> | undefined;

  constructor(
    private readonly push: ServiceClient,
    private readonly logger: Logger,
  ) {}

  /** Resolves when it is in the event log, or waits to come there. Never rejects. */
  async record(action: OperatorAction): Promise<void> {
    if (this.waiting.length > 0) return this.wait(action);
    if (!(await this.tell(action))) this.wait(action);
  }

  /** Tries once more what waits; what is not told then is said in the log. */
  async close(): Promise<void> {
    this.closed.abort();
    await this.retrying;
    while (this.waiting.length > 0 && (await this.tell(this.waiting[0]!))) this.waiting.shift();
    for (const action of this.waiting) this.logger.error({ action }, 'an operator action is not in the event log');
  }

  private wait(action: OperatorAction): void {
    if (this.waiting.length >= MOST_WAITING) {
      this.logger.error({ action: this.waiting.shift() }, 'an operator action is not in the event log');
    }
    this.waiting.push(action);
    this.retrying ??= this.retry().finally(() => (this.retrying = undefined));
  }

  private async retry(): Promise<void> {
    while (this.waiting.length > 0 && !this.closed.signal.aborted) {
      const [next] = this.waiting;
      if (await this.tell(next!)) {
        if (this.waiting[0] === next) this.waiting.shift();
      } else await sleep(TRY_EVERY, undefined, { signal: this.closed.signal }).catch(() => undefined);
    }
  }

  private async tell(action: OperatorAction): Promise<boolean> {
    try {
      await this.push.ask(z.undefined(), 'POST', '/v1/operator-actions', action);
      return true;
    } catch (error) {
      if (error instanceof Problem && error.status === UNREADABLE) {
        // It would be refused again, and keep all others waiting.
        this.logger.error({ err: error, action }, 'an operator action is not in the event log');
        return true;
      }
      this.logger.warn({ err: error }, 'push did not take down an operator action');
      return false;
    }
  }
}
