import type { Scenario } from '../scenario.ts';

/** Gateways, and what they tell. */
export const PAYMENTS: readonly Scenario[] = [];
