import { MetricsTime, type DefaultJobOptions } from 'bullmq';

/**
 * Jobs are kept for operators to look at, not for safety. `attempts` stays 1: a work row is offered again by us, and a
 * second owner of retries would hold slots.
 */
export const JOB_DEFAULTS: DefaultJobOptions = {
  attempts: 1,
  removeOnComplete: { count: 1_000, age: 3_600 },
  removeOnFail: { count: 5_000, age: 7 * 24 * 3_600 },
};

/**
 * A dead worker's job is seen after 10 to 20 s instead of BullMQ's 57. Stalls never condemn a job: how often a work
 * row may be claimed is counted in Postgres.
 */
export const WORKER_DEFAULTS = {
  lockDuration: 15_000,
  stalledInterval: 5_000,
  maxStalledCount: 1_000,
  // BullMQ waits 15 s after a lost connection.
  runRetryDelay: 1_000,
  metrics: { maxDataPoints: MetricsTime.ONE_WEEK },
};
