import type { Scenario } from '../scenario.ts';

/** The four promises that are measured. */
export const PROMISES: readonly Scenario[] = [];
