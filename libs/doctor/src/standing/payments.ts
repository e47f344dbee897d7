import { formatId, type Uuid } from '@signalbox/contracts';
import { databaseCheck } from '../database-check.js';
import { counted, spoken } from '../durations.js';
import { type Finding, teller } from '../finding.js';
import { UNKNOWN_OUTCOMES } from './standing.queries.js';

export interface UnknownOutcomes {
  readonly count: number;
  readonly example: Uuid | null;
  readonly seconds: number | null;
}

/** What is asked for by itself is found out sooner. Seconds. */
const LONG = 300;

const told = teller('payments');

export const paymentsCheck = databaseCheck({
  name: 'payments',
  read: async (sql) => (await sql.query<UnknownOutcomes>(UNKNOWN_OUTCOMES, [LONG])).rows[0]!,
  judge: judgeOutcomes,
});

export function judgeOutcomes({ count, example, seconds }: UnknownOutcomes): Finding[] {
  if (count === 0 || example === null) return [told.ok('the outcome of every call about money is known')];
  const seen = `the outcome of ${counted(count, 'call')} about money is unknown, for ${spoken(seconds ?? 0)} of ${formatId('operation', example)}`;
  return [
    told.wrong(
      seen,
      'its order is fenced and nobody is charged twice; see why the gateway cannot be asked',
      'outcome-unknown.md',
    ),
  ];
}
