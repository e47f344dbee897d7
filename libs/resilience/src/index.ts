export { BreakerLedger } from './breaker-ledger.js';
export { atBeat, untilBeat } from './beat.js';
export { BatcherFull, MicroBatcher, type MicroBatcherOptions, type Waiter } from './micro-batcher.js';
export { AllHeard } from './all-heard.js';
export { inOrder } from './in-order.js';
export { SharedRead, type SharedReadOptions } from './shared-read.js';
export { type BucketLimits, TokenBucket } from './token-bucket.js';
export { Semaphore } from './semaphore.js';
export { Chore } from './chore.js';
export { inTime } from './in-time.js';
export { Flight, type GivenUp } from './flight.js';
export { fullJitter } from './full-jitter.js';
export { partsNotStopped, stopPart } from './stop-parts.js';
export { atCrashPoint } from '#crash-point';
export {
  BRAINTREE_CRASH_POINTS,
  BROADCAST_CRASH_POINTS,
  CRASH_POINTS,
  STRIPE_CRASH_POINTS,
  ORDER_CRASH_POINTS,
  MAIL_CRASH_POINTS,
  NOTICE_CRASH_POINTS,
  LETTER_RUN_CRASH_POINTS,
  PERSONAL_DATA_CRASH_POINTS,
  SCHEDULE_CRASH_POINTS,
  WEBHOOK_CRASH_POINTS,
  type CrashPoint,
} from './crash/crash-points.js';
