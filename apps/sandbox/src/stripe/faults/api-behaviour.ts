import type { FaultyBehaviour } from '../../faults/api-faults.js';

/** What holds for the whole API until it is replaced. */
export interface ApiBehaviour extends FaultyBehaviour {
  /** The chance that an event is never generated: nobody can get or list it, and a health event says so. */
  readonly ungenerated: number;
}

export const ORDINARY_API: ApiBehaviour = { blackhole: false, latencyMs: 0, faults: [], ungenerated: 0 };
