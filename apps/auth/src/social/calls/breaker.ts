/** Failures in a row that open it, and the milliseconds it then stays open. */
const OPENS_AFTER = 5;
const OPEN_MS = 30_000;

/** How a provider has been doing of late. */
export interface Breaker {
  /** Failures since the last success. */
  readonly failures: number;
  /** Nobody is sent there before; after it one visitor alone, who finds out. Absent: closed. */
  readonly openUntil?: number;
}

export const CLOSED: Breaker = { failures: 0 };

/** Whether to try now, and the breaker of the next one who asks. */
export function enter(breaker: Breaker, now: number): { readonly mayTry: boolean; readonly breaker: Breaker } {
  if (breaker.openUntil === undefined) return { mayTry: true, breaker };
  if (breaker.openUntil > now) return { mayTry: false, breaker };
  // This one tries. One who never comes back lets in another after the same time.
  return { mayTry: true, breaker: { ...breaker, openUntil: now + OPEN_MS } };
}

export function afterFailure({ failures }: Breaker, now: number): Breaker {
  const counted = failures + 1;
  return { failures: counted, ...(counted >= OPENS_AFTER ? { openUntil: now + OPEN_MS } : {}) };
}
