import type { QueueName } from '@signalbox/contracts';
import type { Metrics } from '@signalbox/telemetry';
import type { Worker } from 'bullmq';

/**
 * How the jobs of this process ended, under BullMQ's own names. One that found its work done or leased has completed, too: whether work is
 * done is told by `work_rows` and by the outcomes of deliveries.
 */
export class JobCounter {
  private readonly completed;
  private readonly failed;

  constructor(metrics: Metrics) {
    this.completed = metrics.counter('bullmq_job_completed_total', 'Jobs that this process completed', ['queue']);
    this.failed = metrics.counter('bullmq_job_failed_total', 'Jobs that failed in this process', ['queue']);
  }

  /** From now on this worker's jobs count. */
  watch(worker: Worker, queue: QueueName): void {
    for (const [end, counter] of [['completed', this.completed] as const, ['failed', this.failed] as const]) {
      counter.inc({ queue }, 0);
      const series = counter.labels(queue);
      worker.on(end, () => series.inc());
    }
  }
}
