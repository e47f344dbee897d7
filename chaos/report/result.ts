import type { Account } from '../oracle/account.ts';
import type { MemoryTrend } from '../oracle/memory.ts';
import type { Neighbours } from '../oracle/neighbours.ts';
import type { Plan } from '../schedule/plan.ts';
import type { Restart } from '../strike/restart.ts';
import type { Entry } from '../system/journal.ts';

/** Everything that came of one run on one backend. */
export interface Result {
  readonly product: 'signalbox' | 'bullmq';
  readonly plan: Plan;
  readonly account: Account;
  /** Rows of the invariant query; Signalbox only. */
  readonly invariant: readonly unknown[];
  /** Promises that a fault itself saw broken. */
  readonly findings: readonly string[];
  /** With one app in trouble: what the others felt of it. */
  readonly neighbours: Neighbours | undefined;
  readonly restarts: readonly Restart[];
  /** Milliseconds from the end of faults and load until nothing was owed any more; undefined: it did not end. */
  readonly drainedMs: number | undefined;
  /** Milliseconds that faults and load really took. */
  readonly tookMs: number;
  readonly memory: readonly MemoryTrend[];
  readonly deaths: readonly string[];
  readonly cutsAfterCommit: number;
  /** Faults that this machine did not let us play. */
  readonly notPlayed: readonly string[];
  readonly journal: readonly Entry[];
}
