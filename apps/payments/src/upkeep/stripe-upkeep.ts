import { firstUuidAt } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import type { Logger } from '@signalbox/telemetry';
import { DROP_ENDED_SECRETS } from '../sources/secret.queries.js';
import { PURGE_EVENTS } from './upkeep.queries.js';

const DAY_MS = 24 * 3_600_000;
const EVERY_MS = 10 * 60_000;
const SLICE = 2_000;

/** The chores of the Stripe tables: events are kept for a time, secrets that have ended for a month. */
export class StripeUpkeep {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private isStopping = false;

  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
    private readonly retentionDays: number,
  ) {}

  start(): void {
    this.round = this.run();
    this.timer = setInterval(() => {
      this.round = this.run();
    }, EVERY_MS);
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    clearInterval(this.timer);
    await this.round;
  }

  private async run(): Promise<void> {
    try {
      const oldestKept = firstUuidAt(Date.now() - this.retentionDays * DAY_MS);
      // Slice by slice: a long statement would hold the feed's horizon back.
      while ((await this.database.query(PURGE_EVENTS, [oldestKept, SLICE])).rowCount === SLICE && !this.isStopping);
      await this.database.query(DROP_ENDED_SECRETS);
    } catch (error) {
      this.logger.warn({ err: error }, 'upkeep of the Stripe tables failed; the next round follows');
    }
  }
}
