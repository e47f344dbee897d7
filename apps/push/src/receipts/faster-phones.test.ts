import { describe, expect, it } from '@jest/globals';
import { type BroadcastView, broadcastRequest, formatId, type ReceiptKind, type Uuid } from '@signalbox/contracts';
import { type Answering, SENT, useDeliveryBench } from '../delivery-bench.harness.js';
import { deliveryIdOf } from '../work/delivery-id.js';
import { receiptsByDay, totalOf } from './receipt-counts.js';
import { Receipts } from './receipts.js';

describe('a phone that is faster than the commit', () => {
  const bench = useDeliveryBench();
  const reporter = { appId: bench.appId, userId: 'ann' };
  const report = (d: Uuid, ...kinds: ReceiptKind[]) =>
    new Receipts(bench.database()).record(kinds.map((kind) => ({ reporter, deliveryId: d, kind, at: undefined })));
  const eventsOf = async (n: Uuid) =>
    (await bench.events(formatId('notification', n))).filter((type) => type !== 'notification.accepted');

  it('says that it has it while it is being sent: both are kept, in whatever order they come', async () => {
    const worker = bench.worker(async ({ deliveryId }) => {
      expect(await report(deliveryId, 'received')).toEqual(['recorded']);
      return SENT;
    });
    const leased = await bench.lease(20);
    expect(await worker.handle(leased)).toMatchObject({ end: 'settled', summary: { sent: 20 } });
    for (const { n } of leased.items) {
      expect(await bench.deliveriesOf(n)).toEqual([{ state: 'delivered', reason: null, attempt: 1 }]);
      expect(await eventsOf(n)).toEqual(['delivery.delivered', 'delivery.sent']);
      expect(totalOf(await receiptsByDay(bench.database(), n)).delivered).toBe(1);
    }
  });

  it('ends at the same, wherever the commit is among what the phone says', async () => {
    const orders = permutations(['sent', 'received', 'opened', 'dismissed'] as const);
    const leased = await bench.lease(orders.length);
    const orderOf = new Map(leased.items.map(({ d }, index) => [d, orders[index]!]));
    const before = (d: Uuid) => orderOf.get(d)!.slice(0, orderOf.get(d)!.indexOf('sent')) as ReceiptKind[];
    const after = (d: Uuid) => orderOf.get(d)!.slice(orderOf.get(d)!.indexOf('sent') + 1) as ReceiptKind[];
    const worker = bench.worker(async ({ deliveryId }) => {
      for (const kind of before(deliveryId)) await report(deliveryId, kind);
      return SENT;
    });
    await worker.handle(leased);
    for (const { d, n } of leased.items) {
      await report(d, ...after(d));
      expect(await bench.deliveriesOf(n)).toEqual([{ state: 'opened', reason: null, attempt: 1 }]);
      expect((await eventsOf(n)).toSorted()).toEqual(
        ['delivered', 'dismissed', 'opened', 'sent'].map((what) => `delivery.${what}`),
      );
    }
  });

  it('is not sent again what it has, though the attempt seemed to fail', async () => {
    const [phone, n] = [await bench.device(), await bench.notify({ userId: 'ann' })];
    await bench.route();
    await bench.deliver(({ deliveryId, device }) =>
      device.id === phone && deliveryId === deliveryIdOf(n, phone)
        ? { kind: 'retry', reason: 'InternalServerError', afterMs: 1_000, raw: {} }
        : SENT,
    );
    expect(await bench.deliveriesOf(n)).toContainEqual({
      state: 'retrying',
      reason: 'InternalServerError',
      attempt: 1,
    });
    await report(deliveryIdOf(n, phone), 'opened');
    const asked: Uuid[] = [];
    await bench.deliver(({ device }) => {
      asked.push(device.id);
      return SENT;
    });
    expect(asked).not.toContain(phone);
    expect(await bench.deliveriesOf(n)).toContainEqual(expect.objectContaining({ state: 'opened', attempt: 2 }));
    expect(await eventsOf(n)).not.toContain('delivery.dead');
  });

  it('keeps what may be sent at most once from being called dead', async () => {
    await bench.policy({ categories: { codes: { guarantee: 'at-most-once' } } });
    const leased = await bench.lease(1, { category: 'codes' });
    const [{ n }] = leased.items as [(typeof leased.items)[number]];
    const worker = bench.worker(async ({ deliveryId }) => {
      await report(deliveryId, 'received');
      return SENT;
    });
    await worker.handle(leased);
    expect(await bench.deliveriesOf(n)).toEqual([{ state: 'delivered', reason: null, attempt: 1 }]);
    expect(await eventsOf(n)).toEqual(['delivery.delivered', 'delivery.sent']);
  });

  describe('of a broadcast', () => {
    const view = async (n: Uuid): Promise<BroadcastView> => (await bench.broadcasts().get(bench.appId, n))!;
    /** A broadcast to one phone, whose turn it is. */
    async function broadcast(): Promise<{ n: Uuid; says: (kind: ReceiptKind) => Promise<unknown> }> {
      await bench.database().query('DELETE FROM device');
      const phone = await bench.device();
      const pacing = { rampSeconds: 0, avoidQuarterHours: false };
      const request = broadcastRequest.parse({ to: { everyone: true }, content: { body: 'sale' }, pacing });
      const { id: n } = (await bench.broadcasts().start(bench.appId, request, undefined)) as { id: Uuid };
      do await bench.step();
      while (/scheduled|running/.test((await view(n)).state));
      await bench.route();
      return { n, says: (kind) => report(deliveryIdOf(n, phone), kind) };
    }
    const FAILED = { kind: 'retry', reason: 'InternalServerError', afterMs: 1_000, raw: {} } as const;

    it.each([
      ['before its worker, who died, could write that it was sent', 0],
      ['while it waits to be sent again', 1],
      ['while the attempt seems to fail', 1],
    ] as const)('is counted as sent when it says that it has it %s', async (when, calls) => {
      const { n, says } = await broadcast();
      let asked = 0;
      const answering: Answering = async () => {
        asked += 1;
        if (when === 'while the attempt seems to fail') await says('received');
        return FAILED;
      };
      if (calls === 1) await bench.deliver(answering);
      if (when !== 'while the attempt seems to fail') await says('opened');
      await bench.deliver(answering);
      await bench.step();
      expect(asked).toBe(calls);
      expect(await view(n)).toMatchObject({
        state: 'completed',
        devices: { reached: 1, underWay: 0 },
        outcomes: { sent: 1, delivered: 1 },
      });
      expect((await eventsOf(n)).filter((type) => type === 'delivery.sent')).toHaveLength(1);
      expect(await bench.deliveriesOf(n)).toMatchObject([{ reason: null }]);
    });
  });

  it('may be one that nobody is signed in on', async () => {
    const phone = await bench.device({ installation: 'kiosk' });
    await bench.database().query('UPDATE device SET user_id = NULL WHERE id = $1', [phone]);
    const n = await bench.notify({ installationId: 'kiosk' });
    const receipts = new Receipts(bench.database());
    const said = { deliveryId: deliveryIdOf(n, phone), kind: 'received', at: undefined } as const;
    const [of, another] = ['kiosk', 'another'].map((installationId) => ({ appId: bench.appId, installationId }));
    expect(await receipts.record([{ ...said, reporter: another! }])).toEqual(['unknown']);
    expect(await receipts.record([{ ...said, reporter: of! }])).toEqual(['recorded']);
  });
});

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) => permutations(items.filter((each) => each !== item)).map((rest) => [item, ...rest]));
}
