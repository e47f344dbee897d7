import { formatId, type Uuid } from '@signalbox/contracts';
import { databaseCheck } from '../database-check.js';
import { type Finding, teller } from '../finding.js';
import { STILL_ENDPOINTS } from './standing.queries.js';

export interface StillEndpoint {
  readonly id: Uuid;
  readonly enabled: boolean;
  readonly reason: string | null;
  readonly open: boolean | null;
}

/** Its app said so. */
const REQUESTED = 'requested';

const told = teller('webhooks');

export const webhooksCheck = databaseCheck({
  name: 'webhooks',
  read: async (sql) => (await sql.query<StillEndpoint>(STILL_ENDPOINTS)).rows,
  judge: judgeEndpoints,
});

/** An endpoint that its app turned off is in order. */
export function judgeEndpoints(endpoints: readonly StillEndpoint[]): Finding[] {
  const findings = endpoints.flatMap(({ id, enabled, reason }): Finding[] => {
    const name = formatId('webhookEndpoint', id);
    if (enabled) return [told.warning(`${name} is paused after failures`, 'nothing is lost; see its deliveries')];
    if (reason === REQUESTED) return [];
    return [
      told.warning(
        `${name} was disabled: ${reason ?? 'for no reason that is known'}`,
        'its app corrects it, enables it and recovers what it missed',
      ),
    ];
  });
  return findings.length > 0 ? findings : [told.ok('no endpoint was disabled, none is paused')];
}
