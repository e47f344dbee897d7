/** What happens to deliveries on their way; shares are chances between 0 and 1. */
export interface DeliveryBehaviour {
  /** Never sent and never retried, as when the sender gave up on it. */
  readonly drop: number;
  /** Sent a second time although the first was answered. */
  readonly duplicate: number;
  readonly delayMs: number;
  /** A further delay by chance, up to this. */
  readonly jitterMs: number;
  /** This many deliveries are gathered and sent in another order; 1 keeps the order. */
  readonly reorder: number;
  /** What has gathered is sent after this time, however little it is. */
  readonly reorderWithinMs: number;
  readonly retries: RetrySchedule;
  /** An endpoint that has not answered by then has failed. */
  readonly timeoutMs: number;
}

/** The intervals of Stripe and Braintree are hours; these fit into a test. */
export interface RetrySchedule {
  /** All attempts together, the first included. */
  readonly attempts: number;
  /** Before the second attempt; doubled for each further one. */
  readonly firstMs: number;
  readonly maxMs: number;
}

export const ORDINARY_DELIVERY: DeliveryBehaviour = {
  drop: 0,
  duplicate: 0,
  delayMs: 0,
  jitterMs: 0,
  reorder: 1,
  reorderWithinMs: 250,
  retries: { attempts: 6, firstMs: 250, maxMs: 8000 },
  timeoutMs: 10_000,
};

/** Before attempt number `attempt` + 1; absent when there is none. */
export function retryDelay({ attempts, firstMs, maxMs }: RetrySchedule, attempt: number): number | undefined {
  return attempt >= attempts ? undefined : Math.min(maxMs, firstMs * 2 ** (attempt - 1));
}
