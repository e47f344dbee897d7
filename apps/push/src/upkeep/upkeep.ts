import { firstUuidAt } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { dropOldPartitions, ensurePartitions } from '@signalbox/event-log';
import type { Logger } from '@signalbox/telemetry';
import { DROP_OLD } from '../dead-letters/dead-letter.queries.js';
import { DROP_EXPIRED_HOLDS } from '../holds/hold.queries.js';
import { PURGE_HOURS } from '../deletion-guards/deletion-guard.queries.js';
import { PURGE_EXPIRED_KEYS } from '../notify/accept.queries.js';
import { DROP_OLD_TOKENS } from '../providers/apns/provider-token/provider-token.queries.js';

const DAY_MS = 24 * 3_600_000;
const EVERY_MS = 10 * 60_000;
const PURGE_SLICE = 5_000;

/** The chores of the push tables: partitions made ahead of time and dropped after theirs, expired idempotency keys, hours that no guard looks back to. */
export class Upkeep {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
    private readonly retentionDays: number | undefined,
  ) {}

  start(): void {
    this.round = this.run();
    this.timer = setInterval(() => {
      this.round = this.run();
    }, EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.round;
  }

  private async run(): Promise<void> {
    try {
      await ensurePartitions(this.database, { parents: ['delivery'], daysAhead: 7 });
      if (this.retentionDays !== undefined) {
        await dropOldPartitions(this.database, { parents: ['delivery'], keepDays: this.retentionDays });
        await this.database.query(DROP_OLD, [firstUuidAt(Date.now() - this.retentionDays * DAY_MS)]);
      }
      await this.database.query(DROP_EXPIRED_HOLDS);
      await this.database.query(DROP_OLD_TOKENS);
      while ((await this.database.query(PURGE_EXPIRED_KEYS)).rowCount === PURGE_SLICE);
      await this.database.query(PURGE_HOURS);
    } catch (error) {
      this.logger.warn({ err: error }, 'upkeep of the push tables failed; the next round follows');
    }
  }
}
