import type { Uuid } from '@signalbox/contracts';
import { databaseCheck } from '../database-check.js';
import { type Finding, teller } from '../finding.js';
import { ENDING_SOON } from './standing.queries.js';

export interface EndingSecret {
  readonly kind: string;
  readonly id: Uuid;
  readonly app: Uuid;
  readonly name: string;
  readonly at: Date;
}

const DAYS_OF_WARNING = 14;

const told = teller('secrets');

export const secretsCheck = databaseCheck({
  name: 'secrets',
  read: async (sql) => (await sql.query<EndingSecret>(ENDING_SOON, [DAYS_OF_WARNING])).rows,
  judge: judgeEnding,
});

export function judgeEnding(secrets: readonly EndingSecret[]): Finding[] {
  if (secrets.length === 0) return [told.ok(`no API key and no signing secret ends within ${DAYS_OF_WARNING} days`)];
  return secrets.map(({ kind, name, at }) =>
    told.warning(
      `${kind} "${name}" ends at ${at.toISOString()}`,
      'make its successor, give it to whoever uses it, then let this one end',
    ),
  );
}
