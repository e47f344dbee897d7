import type { Sql } from '@signalbox/database';
import { MAX_CLAIMS, WorkStore, type Backlog } from '@signalbox/queues';
import { databaseCheck } from '../database-check.js';
import { counted, spoken } from '../durations.js';
import { type Finding, teller } from '../finding.js';
import { leasesOf } from './leases.queries.js';

const TABLES = ['push_work', 'events_work', 'payments_work', 'auth_work'] as const;

export interface WorkFacts {
  readonly backlog: readonly Backlog[];
  /** Rows whose lease ended a minute ago and that nobody took. */
  readonly ranOut: number;
  /** Rows that one more death would halve. */
  readonly claimedOften: number;
}

const LATE_SECONDS = 60;
const STANDING_SECONDS = 300;
const FORGOTTEN_SECONDS = 60;

const told = teller('work');

export const workCheck = databaseCheck({
  name: 'work',
  read: async (sql): Promise<WorkFacts> => {
    const each = [];
    for (const table of TABLES) each.push(await readTable(sql, table));
    return {
      backlog: each.flatMap(({ backlog }) => backlog),
      ranOut: each.reduce((sum, { ranOut }) => sum + ranOut, 0),
      claimedOften: each.reduce((sum, { claimedOften }) => sum + claimedOften, 0),
    };
  },
  judge: judgeWork,
});

async function readTable(sql: Sql, table: (typeof TABLES)[number]): Promise<WorkFacts> {
  const backlog = await new WorkStore(table).backlog(sql);
  const leases = await sql.query<{ ranOut: number; claimedOften: number }>(leasesOf(table), [
    FORGOTTEN_SECONDS,
    MAX_CLAIMS - 1,
  ]);
  return { backlog, ...leases.rows[0]! };
}

/** Whether what is due gets done. */
export function judgeWork({ backlog, ranOut, claimedOften }: WorkFacts): Finding[] {
  const findings = backlog
    .filter(({ oldestDueSeconds }) => oldestDueSeconds > LATE_SECONDS)
    .map(({ queue, rows, oldestDueSeconds }) => {
      const seen = `${queue}: ${counted(rows, 'row')}, the oldest has been due for ${spoken(oldestDueSeconds)}`;
      const remedy = `see that a process works on ${queue} (PUSH_ROLES, PUSH_LANES), that the queue is not paused on Bull Board, and its log`;
      return oldestDueSeconds > STANDING_SECONDS ? told.wrong(seen, remedy) : told.warning(seen, remedy);
    });
  if (ranOut > 0) {
    const seen = `${counted(ranOut, 'row')} whose worker died, and that nobody took within a minute`;
    findings.push(told.wrong(seen, 'see that the services run: each offers its own work again', 'redis-lost.md'));
  }
  if (claimedOften > 0) {
    const seen = `${counted(claimedOften, 'row has', 'rows have')} been claimed again and again without an end`;
    findings.push(told.warning(seen, 'see the logs for what its workers die of', 'dead-letters.md'));
  }
  if (findings.length > 0) return findings;
  const rows = backlog.reduce((sum, each) => sum + each.rows, 0);
  return [told.ok(rows === 0 ? 'nothing is owed' : `${counted(rows, 'row')} of work, none late`)];
}
