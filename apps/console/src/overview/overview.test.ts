import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, it } from '@jest/globals';
import { newUuid, uuidFromTimeAndTail } from '@signalbox/contracts';
import { createLogger } from '@signalbox/telemetry';
import { usePostgres } from '@signalbox/testing';
import { readOverview } from './overview.js';
import { openReadOnly } from './read-only-database.js';

afterAll(() => readOnly().close());
const postgres = usePostgres();
let opened: ReturnType<typeof openReadOnly> | undefined;
const readOnly = () => (opened ??= openReadOnly(postgres.url(), createLogger('console', 'silent')));

const event = (type: string, minutesAgo: number) =>
  postgres
    .database()
    .query(`INSERT INTO event_log (id, app_id, type, subject, payload) VALUES ($1, $2, $3, 'ntf_x', '{}')`, [
      uuidFromTimeAndTail(Date.now() - minutesAgo * 60_000, randomBytes(10)),
      newUuid(),
      type,
    ]);

describe('the overview', () => {
  it('counts what came in, went out and failed in the last hour, and what waits in each lane', async () => {
    await event('notification.accepted', 1);
    await event('notification.accepted', 59);
    await event('notification.accepted', 61);
    await event('delivery.sent', 2);
    await event('delivery.retrying', 2);
    await event('delivery.gone', 3);
    await event('delivery.dead', 3);
    await postgres.database().query(
      `INSERT INTO push_work (id, root_id, queue, lane, items, next_offer_at, due_at)
       SELECT gen_random_uuid(), gen_random_uuid(), 'push.apns.bulk', 'bulk', '[1, 2, 3]', now(), now() - n * interval '60 s'
       FROM generate_series(1, 2) AS n`,
    );

    const overview = await readOverview(readOnly());
    expect(overview).toMatchObject({ minutes: 60, accepted: 2, sent: 1, failed: 2 });
    expect(overview.lanes).toEqual([
      { lane: 'transactional', queues: [] },
      { lane: 'bulk', queues: [{ queue: 'push.apns.bulk', rows: 2, items: 6, oldestDueSeconds: expect.any(Number) }] },
    ]);
    expect(overview.lanes[1]!.queues[0]!.oldestDueSeconds).toBeGreaterThanOrEqual(120);
  });

  it('is read through a connection that cannot write', async () => {
    await expect(readOnly().query('DELETE FROM push_work')).rejects.toMatchObject({ code: '25006' }); // read_only_sql_transaction
  });
});
