import type { Metrics } from '@signalbox/telemetry';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** How quickly this process hears of revocations. */
export class FeedFigures {
  private readonly lag;
  private readonly age;
  private readonly entries;
  private readonly direct;

  constructor(metrics: Metrics) {
    this.lag = metrics.histogram(
      'revocation_lag_seconds',
      'From the writing of a revocation until this process refuses its tokens',
      SECONDS,
    );
    this.age = metrics.gauge(
      'revocation_feed_age_seconds',
      'How long ago this process was known to have heard everything',
    );
    this.entries = metrics.gauge('revocation_entries', 'Revocations that this process knows');
    this.direct = metrics.counter(
      'revocation_direct_checks_total',
      'Tokens that were looked up in the database because the feed was silent, by what came of it',
      ['outcome'],
    );
  }

  heard(writtenAt: number): void {
    this.lag.observe(Math.max(0, Date.now() - writtenAt) / 1_000);
  }

  /** @param age milliseconds; not finite before anything was heard. */
  sample(age: number, entries: number): void {
    this.age.set(age / 1_000);
    this.entries.set(entries);
  }

  checked(outcome: 'alive' | 'revoked' | 'unknown'): void {
    this.direct.inc({ outcome });
  }
}
