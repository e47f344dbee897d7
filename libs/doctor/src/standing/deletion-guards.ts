import { formatId, type Uuid } from '@signalbox/contracts';
import { databaseCheck } from '../database-check.js';
import { type Finding, teller } from '../finding.js';
import { TRIPPED_GUARDS } from './standing.queries.js';

export interface TrippedGuard {
  readonly credential: Uuid;
  readonly provider: string;
  readonly since: Date;
}

const told = teller('deletion guards');

export const deletionGuardsCheck = databaseCheck({
  name: 'deletion guards',
  read: async (sql) => (await sql.query<TrippedGuard>(TRIPPED_GUARDS)).rows,
  judge: judgeGuards,
});

export function judgeGuards(guards: readonly TrippedGuard[]): Finding[] {
  if (guards.length === 0) return [told.ok('none is tripped')];
  return guards.map(({ credential, provider, since }) =>
    told.warning(
      `${provider} called unusually many devices of ${formatId('credential', credential)} gone, since ${since.toISOString()}`,
      'decide on the console, /deletion-guards, whether that is believed',
      'devices-deleted.md',
    ),
  );
}
