import type { Claim, ComparisonPlan, Figures } from '../measure/comparison.ts';
import type { Pair, System } from './system.ts';

const ROUNDS = 7;

/** What is measured of both systems, with what had to be started for it. */
export interface Stage {
  readonly plan: ComparisonPlan;
  readonly done: () => Promise<unknown>;
}

/** What of a stage is its own. */
interface Measured extends Pick<ComparisonPlan, 'name' | 'unit' | 'about'> {
  /** Of the large system beside the small one. */
  readonly promise?: Pick<Claim, 'floor' | 'aim'>;
  readonly measure: (system: System) => Promise<Figures>;
}

export function planOf({ systems }: Pair, { name, unit, about, promise, measure }: Measured): ComparisonPlan {
  return {
    ...{ name, unit, about, rounds: ROUNDS },
    sides: systems.map((system) => ({ name: system.name, measure: () => measure(system) })),
    noiseOf: 'small',
    claims: [{ side: 'large', against: 'small', ...promise }],
  };
}

export const nothingToStop = async (): Promise<void> => undefined;
