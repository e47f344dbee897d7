import { afterAll, describe, expect, it } from '@jest/globals';
import { createLogger } from '@signalbox/telemetry';
import { usePostgres } from '@signalbox/testing';
import { sumOf } from '../figures/read-figures.js';
import { readOverview } from './overview.js';
import { openReadOnly } from './read-only-database.js';

afterAll(() => readOnly().close());
const postgres = usePostgres();
let opened: ReturnType<typeof openReadOnly> | undefined;
const readOnly = () => (opened ??= openReadOnly(postgres.url(), createLogger('console', 'silent')));

/** What a process wrote down so long ago. `latency`: attempts up to 5 ms, and up to 1 s. */
const figure = (
  minutesAgo: number,
  provider: string,
  {
    accepted = 0,
    sent = 0,
    failed = 0,
    latency = [0, 0],
  }: { accepted?: number; sent?: number; failed?: number; latency?: number[] },
) =>
  postgres.database().query(
    `INSERT INTO push_figure (at, process, provider, lane, accepted, sent, failed, retried, latency)
     VALUES (now() - $1 * interval '1 min', 'here:1', $2, 'bulk', $3, $4, $5, 0, $6)`,
    [minutesAgo, provider, accepted, sent, failed, [latency[0], 0, 0, 0, 0, 0, latency[1], 0, 0, 0, 0]],
  );

describe('the overview', () => {
  it('counts what came in, went out and failed in each minute of the last hour, and what waits in each lane', async () => {
    await figure(1.5, '*', { accepted: 2 });
    await figure(59.5, '*', { accepted: 4 });
    await figure(61, '*', { accepted: 8 });
    await figure(2.5, 'apns', { sent: 1, failed: 2, latency: [99, 1] });
    await figure(0, 'fcm', { sent: 1 });
    await figure(0, 'apns', { sent: 3 });
    await postgres.database().query(
      `INSERT INTO push_work (id, root_id, queue, lane, items, next_offer_at, due_at)
       SELECT gen_random_uuid(), gen_random_uuid(), 'push.apns.bulk', 'bulk', '[1, 2, 3]', now(), now() - n * interval '60 s'
       FROM generate_series(1, 2) AS n`,
    );

    const { figures, lanes } = await readOverview(readOnly());
    expect([figures.accepted, figures.sent, figures.failed].map((hour) => sumOf(hour))).toEqual([6, 5, 2]);
    expect(figures.accepted).toHaveLength(60);
    expect([figures.accepted[0], figures.accepted[58], figures.sent[59], figures.sent[57]]).toEqual([4, 2, 4, 1]);
    const apns = figures.byProvider.get('apns')!;
    expect([sumOf(apns.sent), sumOf(apns.failed)]).toEqual([4, 2]);
    expect([apns.p50, apns.p99].map((seconds) => Math.round(seconds! * 1_000))).toEqual([3, 5]);
    expect(lanes).toEqual([
      { lane: 'transactional', queues: [] },
      { lane: 'bulk', queues: [{ queue: 'push.apns.bulk', rows: 2, items: 6, oldestDueSeconds: expect.any(Number) }] },
    ]);
    expect(lanes[1]!.queues[0]!.oldestDueSeconds).toBeGreaterThanOrEqual(120);
  });

  it('says of everybody else how they stand', async () => {
    const { edges } = await readOverview(readOnly());
    expect(edges.map(({ name, state }) => [name, state.text])).toEqual([
      ['Stripe', 'not used'],
      ['Braintree', 'not used'],
      ['Webhooks to apps', 'not used'],
      ['Mail', 'not used'],
    ]);
  });

  it('is read through a connection that cannot write', async () => {
    await expect(readOnly().query('DELETE FROM push_work')).rejects.toMatchObject({ code: '25006' }); // read_only_sql_transaction
  });
});
