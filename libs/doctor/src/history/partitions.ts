import { defaultPartitionRows, type PartitionedTable } from '@signalbox/event-log';
import { databaseCheck } from '../database-check.js';
import { counted } from '../durations.js';
import { type Finding, teller } from '../finding.js';
import { DAY_TABLES } from './partitions.queries.js';

export interface PartitionFacts {
  readonly tables: readonly { readonly name: string; readonly attached: boolean }[];
  /** Counted up to 10,000. */
  readonly strays: Readonly<Record<PartitionedTable, number>>;
}

const TABLES: readonly PartitionedTable[] = ['event_log', 'delivery'];
const OWNERS: Readonly<Record<PartitionedTable, string>> = { event_log: 'events', delivery: 'push' };
const DAY = 86_400_000;
/** So many days ahead upkeep makes; two of them may be missing before it is more than a slow round. */
const AHEAD = 7;
const ENOUGH = 5;

const told = teller('partitions');

export const partitionsCheck = databaseCheck({
  name: 'partitions',
  read: async (sql): Promise<PartitionFacts> => ({
    tables: (await sql.query<PartitionFacts['tables'][number]>(DAY_TABLES)).rows,
    strays: {
      event_log: await defaultPartitionRows(sql, 'event_log'),
      delivery: await defaultPartitionRows(sql, 'delivery'),
    },
  }),
  judge: (facts, { now }) => judgePartitions(facts, now),
});

/** Whether every day that is to come has its place, and none is left lying about. */
export function judgePartitions({ tables, strays }: PartitionFacts, now: number): Finding[] {
  return TABLES.flatMap((table) => [
    judgeDays(table, new Set(tables.filter(({ attached }) => attached).map(({ name }) => name)), now),
    ...judgeStrays(table, strays[table]),
    ...judgeLeft(tables.filter(({ name, attached }) => !attached && name.startsWith(`${table}_`))),
  ]);
}

function judgeDays(table: PartitionedTable, attached: ReadonlySet<string>, now: number): Finding {
  const days = Array.from({ length: AHEAD + 1 }, (_, ahead) => `${table}_${stamp(now + ahead * DAY)}`);
  const missing = days.findIndex((day) => !attached.has(day));
  if (missing < 0) return told.ok(`${table} has a partition for today and each of the next ${AHEAD} days`);
  const seen = `${table} lacks ${days[missing]!}`;
  const remedy = `see that the ${OWNERS[table]} service runs, and its log for partitions that could not be made`;
  return missing < ENOUGH ? told.wrong(seen, remedy) : told.warning(seen, remedy);
}

function judgeStrays(table: PartitionedTable, rows: number): Finding[] {
  if (rows === 0) return [];
  const seen = `${table}_default holds ${rows >= 10_000 ? '10,000 rows or more' : counted(rows, 'row')}: their day had no partition`;
  return [
    told.wrong(seen, `nothing is lost; the ${OWNERS[table]} service moves them when it makes the day: see its log`),
  ];
}

function judgeLeft(left: PartitionFacts['tables']): Finding[] {
  return left.map(({ name }) =>
    told.warning(`${name} is a day that belongs to no table`, `see what it holds, then attach it or drop it: ${name}`),
  );
}

function stamp(time: number): string {
  return new Date(time).toISOString().slice(0, 10).replaceAll('-', '');
}
