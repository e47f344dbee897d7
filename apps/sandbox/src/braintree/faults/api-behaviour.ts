import type { FaultyBehaviour } from '../../faults/api-faults.js';

/** What holds for the whole API until it is replaced. */
export interface ApiBehaviour extends FaultyBehaviour {
  /** Searches do not find a transaction before it is this old, in real time. */
  readonly searchLagMs: number;
}

export const ORDINARY_API: ApiBehaviour = { blackhole: false, latencyMs: 0, faults: [], searchLagMs: 0 };
