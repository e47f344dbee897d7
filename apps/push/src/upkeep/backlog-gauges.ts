import { PROVIDER_QUEUE_NAMES, queuesOf, type QueueName } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { defaultPartitionRows } from '@signalbox/event-log';
import { WorkGauges } from '@signalbox/queues';
import { Chore } from '@signalbox/resilience';
import type { Logger, Metrics } from '@signalbox/telemetry';
import { COUNT_BY_QUEUE } from '../dead-letters/dead-letter.queries.js';
import { COUNT_HOLDS } from '../holds/hold.queries.js';
import { COUNT_TRIPPED } from '../deletion-guards/deletion-guard.queries.js';
import { PROVIDERS } from '../providers/push-provider.js';
import { pushWork } from '../work/push-work.js';

const EVERY_MS = 5_000;

/** Looks at the open work, and at what waits for an operator, every few seconds, for Prometheus. */
export class BacklogGauges {
  private readonly work;
  private readonly stray;
  private readonly holds;
  private readonly deadLetters;
  private readonly tripped;
  private overdue: ReadonlyMap<string, number> = new Map();
  private readonly looking = new Chore(EVERY_MS, () => this.sample());

  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.work = new WorkGauges(pushWork, queuesOf('push'), metrics);
    this.holds = metrics.gauge('holds', 'Credentials on hold', ['provider', 'reason']);
    this.deadLetters = metrics.gauge('dead_letters_open', 'Dead letters that nobody has dealt with', ['queue']);
    this.tripped = metrics.gauge(
      'deletion_guards_tripped',
      'Credentials whose answers may delete no device until an operator decides: an alarm',
    );
    this.stray = metrics.gauge('delivery_default_partition_rows', 'Deliveries whose day has no partition: an alarm');
  }

  start(): void {
    this.looking.start();
  }

  stop(): Promise<void> {
    return this.looking.stop();
  }

  /** Seconds that the oldest due work row of these queues has been waiting, as last seen. */
  oldestDueSeconds(queues: readonly QueueName[]): number {
    return Math.max(0, ...queues.map((queue) => this.overdue.get(queue) ?? 0));
  }

  private async sample(): Promise<void> {
    try {
      const backlog = await this.work.sample(this.database);
      this.overdue = new Map(backlog.map(({ queue, oldestDueSeconds }) => [queue, oldestDueSeconds]));
      await this.sampleStandstills();
      this.stray.set(await defaultPartitionRows(this.database, 'delivery'));
    } catch (error) {
      this.logger.debug({ err: error }, 'the backlog could not be read');
    }
  }

  private async sampleStandstills(): Promise<void> {
    const [holds, letters, guards] = await Promise.all([
      this.database.query<{ provider: string; reason: string; count: number }>(COUNT_HOLDS),
      this.database.query<{ queue: string; count: number }>(COUNT_BY_QUEUE),
      this.database.query<{ tripped: number }>(COUNT_TRIPPED),
    ]);
    this.tripped.set(guards.rows[0]!.tripped);
    this.holds.reset();
    this.deadLetters.reset();
    // What there is none of is at zero, and not unknown.
    for (const provider of PROVIDERS) this.holds.set({ provider, reason: 'none' }, 0);
    for (const queue of PROVIDER_QUEUE_NAMES) this.deadLetters.set({ queue }, 0);
    for (const { provider, reason, count } of holds.rows) this.holds.set({ provider, reason }, count);
    for (const { queue, count } of letters.rows) this.deadLetters.set({ queue }, count);
  }
}
