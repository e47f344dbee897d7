import { MetricsTime, type DefaultJobOptions } from 'bullmq';

/** How many ended jobs stay, and for how long: for operators to look at, not for safety. */
export const KEPT = {
  completed: { count: 1_000, ageMs: 3_600_000 },
  failed: { count: 5_000, ageMs: 7 * 24 * 3_600_000 },
} as const;

/** `attempts` stays 1: a work row is offered again by us, and a second owner of retries would hold slots. */
export const JOB_DEFAULTS: DefaultJobOptions = {
  attempts: 1,
  removeOnComplete: { count: KEPT.completed.count, age: KEPT.completed.ageMs / 1_000 },
  removeOnFail: { count: KEPT.failed.count, age: KEPT.failed.ageMs / 1_000 },
};

/** The same where a job that ends does not look at all the others: see job-trimmer.ts. */
export const UNTRIMMED_JOB_DEFAULTS: DefaultJobOptions = {
  ...JOB_DEFAULTS,
  removeOnComplete: false,
  removeOnFail: false,
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
