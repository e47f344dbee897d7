import type { QueueName } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { Metrics } from '@signalbox/telemetry';
import type { Backlog, WorkStore } from './work-store.js';

/** The open work of one service, for Prometheus: the same names for each of them. */
export class WorkGauges {
  private readonly rows;
  private readonly items;
  private readonly age;

  constructor(
    private readonly store: WorkStore,
    private readonly queues: readonly QueueName[],
    metrics: Metrics,
  ) {
    this.rows = metrics.gauge('work_rows', 'Open work rows', ['queue']);
    this.items = metrics.gauge('work_items', 'Items in open work rows', ['queue']);
    this.age = metrics.gauge('work_oldest_due_seconds', 'How long the oldest due work row has been waiting', ['queue']);
  }

  /** Looks at the work table; to be called every few seconds. */
  async sample(sql: Sql): Promise<readonly Backlog[]> {
    const backlog = await this.store.backlog(sql);
    // A queue without work is at zero, and not unknown.
    for (const gauge of [this.rows, this.items, this.age]) {
      gauge.reset();
      for (const queue of this.queues) gauge.set({ queue }, 0);
    }
    for (const { queue, rows, items, oldestDueSeconds } of backlog) {
      this.rows.set({ queue }, rows);
      this.items.set({ queue }, items);
      this.age.set({ queue }, oldestDueSeconds);
    }
    return backlog;
  }
}
