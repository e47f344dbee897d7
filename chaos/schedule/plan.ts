import type { Backend, TimedFault } from './fault.ts';

/** What is played against a system: how much is asked of it, for how long, and what goes wrong when. */
export interface Plan {
  readonly name: string;
  readonly backend: Backend;
  readonly seed: number;
  /** Milliseconds that load and faults last. */
  readonly lasting: number;
  readonly faults: readonly TimedFault[];
  /** Notifications to be accepted. */
  readonly accept: number;
  /** Milliseconds within which everything must have ended once load and faults are over. */
  readonly drainWithin: number;
  /** Apps that the users are of; one unless told. */
  readonly apps?: 1 | 2;
  /** Whether every request must be answered 202 at once, whatever goes wrong. */
  readonly alwaysAccepts?: boolean;
}

/** Longest time between the death of a worker and the restart of its work, in milliseconds. */
export const RESTART_WITHIN = 20_000;
