import { databaseCheck } from '../database-check.js';
import { counted } from '../durations.js';
import { type Finding, teller } from '../finding.js';
import { DEAD_LETTERS } from './standing.queries.js';

export interface LetterGroup {
  readonly queue: string;
  readonly reason: string;
  readonly count: number;
  readonly since: Date;
}

const told = teller('dead letters');

export const deadLettersCheck = databaseCheck({
  name: 'dead letters',
  read: async (sql) => (await sql.query<LetterGroup>(DEAD_LETTERS)).rows,
  judge: judgeLetters,
});

export function judgeLetters(groups: readonly LetterGroup[]): Finding[] {
  if (groups.length === 0) return [told.ok('none is open')];
  return groups.map(({ queue, reason, count, since }) =>
    told.warning(
      `${counted(count, 'letter')} of ${queue} since ${since.toISOString()}: ${reason}`,
      'replay or discard them on the console, /dead-letters',
      'dead-letters.md',
    ),
  );
}
