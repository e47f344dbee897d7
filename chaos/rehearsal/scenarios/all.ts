import type { Scenario } from '../scenario.ts';
import { PAYMENTS } from './payments.ts';
import { PEOPLE } from './people.ts';
import { PROCESSES } from './processes.ts';
import { PROMISES } from './promises.ts';
import { PROVIDERS } from './providers.ts';
import { WORK } from './work.ts';

/** In the order in which they are played. */
export const SCENARIOS: readonly Scenario[] = [
  ...PROCESSES,
  ...PROMISES,
  ...WORK,
  ...PROVIDERS,
  ...PAYMENTS,
  ...PEOPLE,
];
