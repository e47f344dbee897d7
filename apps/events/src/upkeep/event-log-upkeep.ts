import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@signalbox/database';
import {
  defaultPartitionRows,
  dropOldPartitions,
  ensurePartitions,
  feedHorizonSeconds,
  type PartitionReport,
} from '@signalbox/event-log';
import type { Logger, Metrics } from '@signalbox/telemetry';

/** Days of partitions made ahead: a week in which nobody has to notice that making them fails. */
const DAYS_AHEAD = 7;
const ROUND = 5_000;
/** Milliseconds until partitions are looked after again: after success, and after something stood in the way. */
const PARTITIONS_AGAIN = { kept: 3_600_000, left: 60_000 } as const;

export interface UpkeepOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly retentionDays: number | undefined;
}

/**
 * Keeps the event log's partitions ahead of time, and watches the two figures that say when the feed suffers: how far
 * its horizon lags, and rows that found no partition. Several processes may do this at once.
 */
export class EventLogUpkeep {
  private readonly horizon;
  private readonly stray;
  private readonly left;
  private partitionsDue = 0;
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: UpkeepOptions) {
    const { metrics } = options;
    this.horizon = metrics.gauge(
      'event_feed_horizon_seconds',
      'How long the oldest writing transaction has held the feed back',
    );
    this.stray = metrics.gauge('event_log_default_partition_rows', 'Events whose day has no partition: an alarm');
    this.left = metrics.gauge('event_log_partitions_left', 'Partitions that the last round could not make or drop', [
      'obstacle',
    ]);
  }

  /** Resolves after the first round: a service that just started finds a partition for its own day. */
  async start(): Promise<void> {
    await this.round();
    this.running = this.run(this.stopping.signal);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(signal: AbortSignal): Promise<void> {
    while (await elapsed(ROUND, signal)) await this.round();
  }

  private async round(): Promise<void> {
    if (performance.now() >= this.partitionsDue) {
      this.partitionsDue = performance.now() + PARTITIONS_AGAIN[await this.keepPartitions()];
    }
    await this.measure();
  }

  private async keepPartitions(): Promise<'kept' | 'left'> {
    const { database, logger, retentionDays: keepDays } = this.options;
    const parents = ['event_log'] as const;
    try {
      const made = await ensurePartitions(database, { parents, daysAhead: DAYS_AHEAD });
      const dropped = keepDays === undefined ? undefined : await dropOldPartitions(database, { parents, keepDays });
      this.left.reset();
      this.left.set({ obstacle: 'none' }, 0);
      return [this.report('made', made), dropped && this.report('dropped', dropped)].includes('left') ? 'left' : 'kept';
    } catch (error) {
      logger.warn({ err: error }, 'upkeep of the event log failed; the next round follows');
      return 'left';
    }
  }

  private report(what: 'made' | 'dropped', { changed, left }: PartitionReport): 'kept' | 'left' {
    const { logger } = this.options;
    for (const { obstacle } of left) this.left.inc({ obstacle });
    if (changed.length > 0) logger.info({ partitions: changed }, `event log partitions ${what}`);
    if (left.length > 0) logger.warn({ left }, `event log partitions could not be ${what}`);
    return left.length > 0 ? 'left' : 'kept';
  }

  private async measure(): Promise<void> {
    const { database, logger } = this.options;
    try {
      this.horizon.set(await feedHorizonSeconds(database));
      this.stray.set(await defaultPartitionRows(database, 'event_log'));
    } catch (error) {
      logger.debug({ err: error }, 'the figures of the event log could not be read');
    }
  }
}

/** False when the signal came first. */
function elapsed(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  return sleep(milliseconds, undefined, { signal }).then(
    () => true,
    () => false,
  );
}
