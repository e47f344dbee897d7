import type { Scenario } from '../scenario.ts';

/** Who signs in, and what users may ask of their data. */
export const PEOPLE: readonly Scenario[] = [];
