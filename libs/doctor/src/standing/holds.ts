import { formatId, type Uuid } from '@signalbox/contracts';
import { databaseCheck } from '../database-check.js';
import { counted } from '../durations.js';
import { type Finding, teller } from '../finding.js';
import { HOLDS } from './standing.queries.js';

export interface HeldGroup {
  readonly provider: string;
  readonly reason: string;
  readonly count: number;
  readonly app: Uuid;
  readonly credential: Uuid;
}

const told = teller('holds');

export const holdsCheck = databaseCheck({
  name: 'holds',
  read: async (sql) => (await sql.query<HeldGroup>(HOLDS)).rows,
  judge: judgeHolds,
});

/** A breaker that is open is a hold, too: its reason says so. */
export function judgeHolds(groups: readonly HeldGroup[]): Finding[] {
  if (groups.length === 0) return [told.ok('no credential is on hold, no breaker is open')];
  return groups.map(({ provider, reason, count, app, credential }) =>
    told.warning(
      `${counted(count, 'credential is', 'credentials are')} on hold with ${provider}: ${reason} (${formatId('credential', credential)} of ${formatId('app', app)})`,
      'nothing is lost and attempts are not counted; see what the reason means',
      'apns-refuses.md',
    ),
  );
}
