import { expect, it } from '@jest/globals';
import { ensurePartitions } from '@signalbox/event-log';
import { usePostgres } from '@signalbox/testing';
import { FIXED, PRUNED } from './prepared-statements.js';

const postgres = usePostgres();

/** The partitions by day that a plan for any parameters reads. */
async function partitionsOf(statement: string): Promise<string[]> {
  const explained = `EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${statement}`;
  const { rows } = await postgres.database().query<{ 'QUERY PLAN': unknown }>(explained);
  return [
    ...new Set(JSON.stringify(rows[0]!['QUERY PLAN']).match(/(?<="Relation Name":")(event_log|delivery)_\w+/g) ?? []),
  ];
}

it('no fixed plan reads partitions of days: each execution would lock all there are', async () => {
  await ensurePartitions(postgres.database(), { parents: ['event_log', 'delivery'], daysAhead: 7 });
  const reading: Record<string, readonly string[]> = {};
  for (const statement of FIXED) {
    const partitions = await partitionsOf(statement);
    if (partitions.length > 0) reading[statement] = partitions;
  }
  expect(reading).toEqual({});
  // What this would not find, if it found nothing: each of these reads all of them.
  for (const statement of PRUNED) expect((await partitionsOf(statement)).length).toBeGreaterThan(7);
});
