import { describe, expect, it } from '@jest/globals';
import { formatId, type QuietWindow } from '@signalbox/contracts';
import { SENT, useDeliveryBench } from '../delivery-bench.harness.js';

const ALWAYS: QuietWindow[] = [{ start: '00:00', end: '24:00' }];
const YEARS = { expiresAt: '2036-01-01T00:00:00.000Z' };

describe('what waited until its verdict held no more', () => {
  const bench = useDeliveryBench();

  const open = async () =>
    (
      await bench
        .database()
        .query<{ queue: string; items: unknown[] }>('SELECT queue, items FROM push_work ORDER BY queue')
    ).rows;

  it('goes back to routing without an attempt, while the rest of its row is sent', async () => {
    const worker = bench.worker(() => SENT);
    const leased = await bench.lease(3, { askAgainAt: Date.now() - 1 });
    const [first] = leased.items;
    await bench
      .database()
      .query(`UPDATE push_work SET items = jsonb_set(items, '{0,w}', to_jsonb($2::int8)) WHERE id = $1`, [
        leased.id,
        Date.now() + 3_600_000,
      ]);
    const items = [{ ...first!, w: Date.now() + 3_600_000 }, ...leased.items.slice(1)];
    expect(await worker.handle({ ...leased, items })).toMatchObject({ end: 'settled', summary: { sent: 1 } });
    expect(worker.asked.map(({ deliveryId }) => deliveryId)).toEqual([first!.d]);
    const again = leased.items.slice(1).map(({ n, v }) => ({ n, v, a: 1 }));
    expect(await open()).toEqual([{ queue: 'push.route.bulk', items: again }]);
    await bench.route();
    await bench.deliver(() => SENT);
    expect(await open()).toEqual([]);
    for (const { n } of again) {
      expect(await bench.deliveriesOf(n)).toMatchObject([{ state: 'sent', attempt: 1 }]);
    }
  });

  it('is tried again at the attempt that it had come to, or ends as refused', async () => {
    for (const [user, choice, expected] of [
      ['gwen', 'in', { state: 'sent', attempt: 2 }],
      ['bob', 'out', { state: 'refused', attempt: 1, reason: 'opted_out' }],
    ] as const) {
      await bench.device({ user });
      const notification = await bench.notify({ userId: user }, YEARS);
      await bench.route();
      await bench.deliver(() => ({ kind: 'retry', reason: 'TooManyRequests', afterMs: 1, raw: {} }));
      await bench.database().query(`UPDATE push_work SET items = jsonb_set(items, '{0,w}', '1')`);
      await bench.preferences(user, { choices: { '*': choice } });
      await bench.deliver(() => SENT);
      expect(await open()).toMatchObject([{ queue: 'push.route.bulk', items: [{ n: notification, a: 2 }] }]);
      await bench.route();
      await bench.deliver(() => SENT);
      expect(await bench.deliveriesOf(notification)).toEqual([expect.objectContaining(expected)]);
      expect(await open()).toEqual([]);
    }
  });

  it('waits for the end of quiet hours that have begun meanwhile, for this phone alone', async () => {
    const device = await bench.device({ user: 'cleo' });
    await bench.device({ user: 'cleo' });
    const notification = await bench.notify({ userId: 'cleo' }, YEARS);
    await bench.route();
    await bench.database().query(`UPDATE push_work SET items = jsonb_set(items, ARRAY[place::text, 'w'], '1')
      FROM (SELECT ordinality - 1 AS place FROM push_work, jsonb_array_elements(items) WITH ORDINALITY AS i (item, ordinality)
        WHERE item ->> 'v' = '${device}') AS found`);
    await bench.preferences('cleo', { quietHours: ALWAYS });
    await bench.deliver(() => SENT);
    await bench.route();
    expect(await bench.deliveriesOf(notification)).toMatchObject([{ state: 'sent' }]);
    expect(await open()).toMatchObject([
      { queue: 'push.route.bulk', items: [{ n: notification, v: device, u: 'cleo', a: 1 }] },
    ]);
    expect(await bench.events(formatId('notification', notification))).toContain('notification.delayed quiet_hours');
  });
});
