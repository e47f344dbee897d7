import { describe, expect, it } from '@jest/globals';
import {
  type BroadcastDeliveriesQuery,
  broadcastRequest,
  type DeliveryView,
  firstUuidAt,
  formatId,
  newUuid,
  type Page,
  timeOfUuid,
  type Uuid,
} from '@signalbox/contracts';
import { gone, SENT, useDeliveryBench } from '../delivery-bench.harness.js';
import { DELIVERY_PAGE } from './delivery-page.queries.js';

describe('the deliveries of a broadcast', () => {
  const bench = useDeliveryBench();
  const sql = async <Row>(text: string, params: unknown[] = []): Promise<Row[]> =>
    (await bench.database().query<Row>(text, params)).rows;

  async function start(): Promise<Uuid> {
    const pacing = { rampSeconds: 0, avoidQuarterHours: false };
    const request = broadcastRequest.parse({ to: { everyone: true }, content: { body: 'sale' }, pacing });
    return ((await bench.broadcasts().start(bench.appId, request, undefined)) as { id: Uuid }).id;
  }
  const page = async (id: Uuid, query: Partial<BroadcastDeliveriesQuery> = {}): Promise<Page<DeliveryView>> =>
    (await bench.broadcasts().deliveries(bench.appId, id, { limit: 100, ...query }))!;
  async function walk(id: Uuid, query: Partial<BroadcastDeliveriesQuery>): Promise<Page<DeliveryView>[]> {
    const pages: Page<DeliveryView>[] = [];
    for (let after: string | undefined; pages.length === 0 || after !== undefined;) {
      const next = await page(id, { ...query, ...(after !== undefined && { after }) });
      pages.push(next);
      after = next.next ?? undefined;
    }
    return pages;
  }
  /** So many deliveries, with ids of one millisecond. */
  const insert = (of: Uuid, notification: Uuid, count: number, state: string) =>
    sql(
      `INSERT INTO delivery (id, app_id, notification_id, device_id, provider, state, attempt)
       SELECT ($1::text || '7' || substr(h, 1, 3) || '-8' || substr(h, 4, 3) || '-' || substr(h, 7, 12))::uuid, $2::uuid, $3::uuid, gen_random_uuid(), 'apns', $4::text, 1
       FROM generate_series(1, $5::int) AS n, md5(n || $4::text || $3::uuid) AS h`,
      [firstUuidAt(timeOfUuid(of)).slice(0, 14), bench.appId, notification, state, count],
    );

  it('are shown page by page, each once and as it is, or those alone that are in one state', async () => {
    const devices: string[] = [];
    for (let made = 0; made < 7; made += 1) devices.push(formatId('device', await bench.device()));
    const id = await start();
    expect(await page(id)).toEqual({ items: [], next: null });
    await bench.step();
    let asked = 0;
    await bench.deliver(() => ((asked += 1) > 5 ? gone('Unregistered') : SENT));
    const pages = await walk(id, { limit: 3 });
    expect(pages.map(({ items }) => items.length)).toEqual([3, 3, 1]);
    const all = pages.flatMap(({ items }) => items);
    expect(all.map(({ deviceId }) => deviceId).toSorted()).toEqual(devices.toSorted());
    expect(all.map((each) => each.id)).toEqual(all.map((each) => each.id).toSorted());
    const dead = await page(id, { state: 'gone' });
    expect(dead.items).toMatchObject(Array.from({ length: 2 }, () => ({ state: 'gone', reason: 'Unregistered' })));
    expect(all.filter(({ state }) => state === 'sent')).toEqual((await page(id, { state: 'sent' })).items);
    const strange = [
      formatId('delivery', newUuid()),
      formatId('delivery', firstUuidAt(0)),
      formatId('broadcast', id),
      'x',
    ];
    for (const after of strange) expect(await page(id, { after })).toEqual({ items: [], next: null });
    expect(await bench.broadcasts().deliveries(newUuid(), id, { limit: 1 })).toBeUndefined();
  });

  it('are found by their own ids among any number, of which a page looks at 20,000', async () => {
    const [id, other] = [await start(), newUuid()];
    await insert(id, id, 30_000, 'sent');
    await insert(id, other, 15_000, 'sent');
    await insert(id, id, 3, 'dead');
    await sql('ANALYZE delivery');
    const rare = await walk(id, { state: 'dead' });
    expect(rare.length).toBe(3);
    expect(rare.flatMap(({ items }) => items)).toHaveLength(3);
    const first = await page(id, { limit: 100 });
    expect(first.items).toHaveLength(100);
    expect(first.next).toBe(first.items.at(-1)!.id);
    const [from, end] = [firstUuidAt(timeOfUuid(id)), firstUuidAt(timeOfUuid(id) + 1)];
    for (const state of [null, 'dead']) {
      const plan = await sql<Record<string, string>>(`EXPLAIN ${DELIVERY_PAGE}`, [
        ...[id, bench.appId, from, end, state, 100, 20_000],
      ]);
      const lines = plan.map((row) => row['QUERY PLAN']!).join('\n');
      expect(lines).toMatch(/Index Scan using delivery_\w*pkey/);
      expect(lines).not.toMatch(/Sort|notification_id_idx/);
    }
  });
});
