import type { QueueName } from '@signalbox/contracts';
import type { Metrics } from '@signalbox/telemetry';

/** Seconds. The promise is about five of them: docs/monitoring.md. */
const BUCKETS = [0.01, 0.05, 0.25, 1, 2.5, 5, 15, 60, 300, 1_800];

/**
 * How long due work waited until it was begun, by queue. Work that was handed back was not begun: its waiting goes on, but for what a hold
 * moved on.
 */
export class StartLag {
  private readonly seconds;
  private readonly series = new Map<QueueName, { observe(seconds: number): void }>();

  constructor(metrics: Metrics) {
    this.seconds = metrics.histogram('work_start_lag_seconds', 'From when work was due until it was begun', BUCKETS, [
      'queue',
    ]);
  }

  /** A queue that this process works on has its series from the beginning, so that the first late row is seen as one. */
  expect(queue: QueueName): void {
    this.seconds.zero({ queue });
    this.series.set(queue, this.seconds.labels(queue));
  }

  begun(queue: QueueName, lateMs: number): void {
    this.series.get(queue)?.observe(Math.max(0, lateMs) / 1_000);
  }
}
