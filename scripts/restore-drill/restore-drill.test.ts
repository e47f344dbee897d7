import { randomBytes } from 'node:crypto';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { formatId, newUuid } from '@signalbox/contracts';
import { ensurePartitions } from '@signalbox/event-log';
import { insertApp, usePostgres } from '@signalbox/testing';
import { drill, type Proof } from './drill.ts';
import { proofLines } from './proof-lines.ts';

const repository = join(import.meta.dirname, '../..');

/** Ids of the cluster that wrote the log, far beyond what a new one has counted to. */
const OLD_XID = '70000000000';

describe('a backup', () => {
  const postgres = usePostgres();
  const sql = (text: string, params: unknown[] = []) => postgres.database().query(text, params);
  const masterKey = randomBytes(32).toString('base64');
  let keep: string;
  beforeAll(async () => {
    keep = await mkdtemp(join(tmpdir(), 'drill-'));
    await ensurePartitions(postgres.database(), { parents: ['event_log', 'delivery'], daysAhead: 7 });
  });
  afterAll(() => rm(keep, { recursive: true, force: true }));

  const run = (from?: string): Promise<Proof> =>
    drill({
      repository,
      config: { databaseUrl: postgres.url(), masterKey, masterKeyFile: undefined },
      ...(from === undefined ? { keep } : { from }),
      say: () => undefined,
    });

  it('is restored row by row, read from its first event to its last, and owes what it owed without sending it', async () => {
    const app = await insertApp(postgres.database());
    const id = newUuid();
    await sql(
      `INSERT INTO event_log (id, app_id, type, subject, payload) VALUES ($1, $2, 'notification.accepted', $3, '{"a": "b\\tc"}')`,
      [id, app, formatId('notification', id)],
    );
    await sql(
      `INSERT INTO push_work (id, root_id, queue, lane, app_id, items, next_offer_at)
       VALUES ($1, $1, 'push.route.transactional', 'transactional', $2, $3::jsonb, now())`,
      [id, app, JSON.stringify([{ n: id }])],
    );
    await sql(
      `INSERT INTO event_log (id, app_id, type, subject, payload, xid) VALUES ($1, $2, 'app.created', 'app_x', '{}', '${OLD_XID}')`,
      [newUuid(), app],
    );
    const proof = await run();
    expect(proof.failures).toEqual([]);
    expect(proof.manifest.log.whole.rows).toBe('2');
    expect(proof.owed).toMatchObject({ rows: 1, items: 1, outcomes: 0 });
    const lines = proofLines(proof).join('\n');
    expect(lines).toMatch(/delivered +nothing/);
    expect(lines).toContain('This backup can be restored.');
    // Nothing was done where it was copied from.
    expect((await sql(`SELECT FROM push_work WHERE offer = 0`)).rowCount).toBe(1);
  }, 60_000);

  it('is refused when one of its files is another than was written', async () => {
    await appendFile(join(keep, 'app.copy'), 'x');
    await expect(run(keep)).rejects.toThrow('app.copy of the backup is damaged');
  });
});
