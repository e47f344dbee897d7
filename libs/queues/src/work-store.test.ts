import { beforeEach, describe, expect, it } from '@jest/globals';
import { newUuid, QUEUES, type Uuid } from '@signalbox/contracts';
import { usePostgres } from '@signalbox/testing';
import { WorkStore } from './work-store.js';

const store = new WorkStore('push_work');

describe('work rows', () => {
  const postgres = usePostgres();
  const sql = (text: string, params: unknown[] = []) => postgres.database().query(text, params);
  beforeEach(() => sql('DELETE FROM push_work'));

  async function enqueue(items: readonly unknown[]): Promise<Uuid> {
    const id = newUuid();
    const queue = QUEUES.routeBulk;
    await store.enqueue(postgres.database(), [{ id, rootId: id, queue, lane: 'bulk', items }]);
    return id;
  }

  it.each([
    [1_000, 11_000, 1],
    [3_600_000, 3_610_000, 1],
    [3_600_001, 3_600_001, 0],
    [400 * 86_400_000, 400 * 86_400_000, 0],
  ])('that are due in %d ms are looked at after %d, and have %d jobs until then', async (delay, lookedAt, jobs) => {
    const id = newUuid();
    const work = { id, rootId: id, queue: QUEUES.routeBulk, lane: 'bulk', items: [1], delay } as const;
    expect(await store.enqueue(postgres.database(), [work])).toHaveLength(jobs);
    const { rows } = await sql(
      `SELECT round(extract(epoch FROM due_at - now()) / 60) AS due, round(extract(epoch FROM next_offer_at - now()) / 60) AS look FROM push_work`,
    );
    expect(rows).toEqual([{ due: `${Math.round(delay / 60_000)}`, look: `${Math.round(lookedAt / 60_000)}` }]);
  });

  it('are leased to one: of two leases on a row, a renewal prolongs only the one that is alive', async () => {
    const id = await enqueue([1]);
    const lost = (await store.claim(postgres.database(), id))!;
    await sql(`UPDATE push_work SET lease_until = now() - interval '1 s'`);
    const alive = (await store.claim(postgres.database(), id))!;
    const renewed = await store.renew(postgres.database(), [lost, alive]);
    expect([...renewed]).toEqual([alive.token]);
  });

  it('are never renewed once their lease ran out, even if nobody took them', async () => {
    const work = (await store.claim(postgres.database(), await enqueue([1])))!;
    await sql(`UPDATE push_work SET lease_until = now() - interval '1 s'`);
    expect([...(await store.renew(postgres.database(), [work]))]).toEqual([]);
  });

  it.each([
    [
      [1, 2],
      [[1], [2]],
    ],
    [
      [1, 2, 3, 4, 5],
      [
        [1, 2, 3],
        [4, 5],
      ],
    ],
  ])('are halved in order: %j', async (items, halves) => {
    const work = (await store.claim(postgres.database(), await enqueue(items)))!;
    await store.split(postgres.database(), work);
    const { rows } = await sql('SELECT items, claims FROM push_work ORDER BY items ->> 0');
    expect(rows).toEqual(halves.map((half) => ({ items: half, claims: 3 })));
  });

  it('are halved as they are, not as they were claimed: what was cancelled meanwhile does not come back', async () => {
    const work = (await store.claim(postgres.database(), await enqueue(['kept', 'cancelled', 'kept too'])))!;
    await sql(`UPDATE push_work SET items = items - 'cancelled'`);
    await store.split(postgres.database(), work);
    const { rows } = await sql('SELECT items FROM push_work ORDER BY items ->> 0');
    expect(rows).toEqual([{ items: ['kept'] }, { items: ['kept too'] }]);
  });

  it('are offered by turns: the backlog of one credential does not keep the others waiting, nor bulk transactional work', async () => {
    const [busy, quiet] = [newUuid(), newUuid()];
    const make = async (count: number, lane: 'bulk' | 'transactional', credentialId: Uuid): Promise<Uuid[]> => {
      const works = Array.from({ length: count }, () => newUuid());
      const queue = QUEUES.apnsBulk;
      await store.enqueue(
        postgres.database(),
        works.map((id) => ({ id, rootId: id, queue, lane, credentialId, items: [1] })),
      );
      return works;
    };
    await make(30, 'bulk', busy);
    const [other] = await make(1, 'bulk', quiet);
    const [urgent] = await make(1, 'transactional', busy);
    await sql(
      `UPDATE push_work SET next_offer_at = now() - CASE WHEN credential_id = $1 THEN interval '1 h' ELSE interval '1 s' END`,
      [busy],
    );
    const offered = (await store.offerDue(postgres.database(), 3)).offers.map((offer) => offer.id);
    expect(offered).toHaveLength(3);
    expect(offered).toEqual(expect.arrayContaining([urgent, other]));
  });

  it('of a webhook endpoint are offered a few at a time, and not while it is paused or probed', async () => {
    const eventsWork = new WorkStore('events_work');
    const [busy, paused, probed] = [newUuid(), newUuid(), newUuid()];
    await sql(
      `INSERT INTO webhook_endpoint (id, app_id, url, open_until, probe_lease)
       SELECT id, id, 'https://example.com', until, lease FROM (VALUES
         ($1::uuid, NULL::timestamptz, NULL::timestamptz),
         ($2, now() + interval '1 min', NULL),
         ($3, now() - interval '1 s', now() + interval '1 min')) AS e (id, until, lease)`,
      [busy, paused, probed],
    );
    const queue = QUEUES.webhooksTransactional;
    const works = [...Array.from({ length: 20 }, () => busy), paused, probed].map((credentialId) => {
      const id = newUuid();
      return { id, rootId: id, queue, lane: 'transactional' as const, credentialId, items: [1] };
    });
    await eventsWork.enqueue(postgres.database(), works);
    await sql(`UPDATE events_work SET next_offer_at = now()`);
    const offered = (await eventsWork.offerDue(postgres.database(), 100)).offers.map((offer) => offer.id);
    const endpointOf = new Map(works.map((work) => [work.id, work.credentialId]));
    expect(offered.map((id) => endpointOf.get(id))).toEqual(Array.from({ length: 8 }, () => busy));

    // What waits for a paused endpoint is not overdue: nobody here could do anything about it.
    await sql(`UPDATE events_work SET due_at = now() - interval '1 h' WHERE credential_id <> $1`, [busy]);
    expect((await eventsWork.backlog(postgres.database()))[0]!.oldestDueSeconds).toBeLessThan(60);
    await sql(`UPDATE events_work SET due_at = now() - interval '1 h'`);
    expect((await eventsWork.backlog(postgres.database()))[0]!.oldestDueSeconds).toBeGreaterThan(3_599);
  });

  it('of a held credential are not offered until the hold is over', async () => {
    const [held, free] = [newUuid(), newUuid()];
    const works = [held, free].map((credentialId) => ({ id: newUuid(), credentialId }));
    const queue = QUEUES.apnsBulk;
    await store.enqueue(
      postgres.database(),
      works.map((work) => ({ ...work, rootId: work.id, queue, lane: 'bulk' as const, items: [1] })),
    );
    await sql(`UPDATE push_work SET next_offer_at = now()`);
    await sql(
      `INSERT INTO hold (credential_id, lane, until, reason) VALUES ($1, '*', now() + interval '1 h', 'test')`,
      [held],
    );
    const round = async () => (await store.offerDue(postgres.database(), 10)).offers.map((offer) => offer.id);
    expect(await round()).toEqual([works[1]!.id]);
    await sql(`UPDATE hold SET until = now()`);
    expect(await round()).toEqual([works[0]!.id]);
  });
});
