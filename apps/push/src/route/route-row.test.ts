import { describe, expect, it } from '@jest/globals';
import { formatId, type Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { useDeliveryBench } from '../delivery-bench.harness.js';
import { cancelNotification } from '../notify/cancel-notification.js';
import { notificationsById } from '../work/notifications-by-id.js';
import { LongWay } from './long-way.js';

describe('routing a row', () => {
  const bench = useDeliveryBench();
  const told = (notification: Uuid) => bench.events(formatId('notification', notification));
  const sends = async (notification: Uuid): Promise<number> => {
    const { rowCount } = await bench
      .database()
      .query(
        `SELECT FROM push_work, jsonb_array_elements(items) AS item WHERE item ->> 'n' = $1 AND queue NOT LIKE 'push.route.%'`,
        [notification],
      );
    return rowCount;
  };

  /** The database, on which something else comes first: once, before the statement that ends a row. */
  function beforeTheEnd(comes: () => Promise<unknown>): {
    readonly database: Database;
    readonly transactions: () => number;
  } {
    const database = bench.database();
    let [isOver, transactions] = [false, 0];
    const on: Database = {
      ...database,
      async query(text, params) {
        if (text.includes('WITH ended AS') && !isOver) {
          isOver = true;
          await comes();
        }
        return database.query(text, params);
      },
      transaction(work) {
        transactions += 1;
        return database.transaction(work);
      },
    };
    return { database: on, transactions: () => transactions };
  }

  it('is one statement behind what it reads, without a transaction', async () => {
    await bench.device({ user: 'ann' });
    const id = await bench.notify({ userId: 'ann' });
    const { database, transactions } = beforeTheEnd(() => Promise.resolve());
    await bench.route(database);
    expect([await sends(id), transactions()]).toEqual([1, 0]);
  });

  it('makes nothing of what was cancelled after it was read', async () => {
    await bench.device({ user: 'bob' });
    const id = await bench.notify({ userId: 'bob' });
    const { payload } = (await notificationsById(bench.database(), [id])).get(id)!;
    const { database } = beforeTheEnd(() => cancelNotification(bench.database(), bench.appId, id, payload));
    await bench.route(database);
    expect(await told(id)).toEqual(['notification.accepted', 'notification.cancelled']);
    expect(await sends(id)).toBe(0);
  });

  it('plans anew what lost an item meanwhile, and waits for whoever takes it out', async () => {
    await bench.device({ user: 'cleo' });
    const id = await bench.notify({ userId: 'cleo' });
    const gone = await bench.notify({ userId: 'cleo' });
    await bench.database().query(
      `WITH other AS (DELETE FROM push_work WHERE items @> jsonb_build_array(jsonb_build_object('n', $2::text)) RETURNING items)
       UPDATE push_work SET items = push_work.items || other.items FROM other WHERE push_work.items @> jsonb_build_array(jsonb_build_object('n', $1::text))`,
      [id, gone],
    );
    const { database } = beforeTheEnd(() =>
      bench
        .database()
        .query(
          `UPDATE push_work SET items = jsonb_build_array(jsonb_build_object('n', $1::text)) WHERE items @> jsonb_build_array(jsonb_build_object('n', $1::text))`,
          [id],
        ),
    );
    await bench.route(database);
    expect([await sends(id), await sends(gone)]).toEqual([1, 0]);
  });

  it('is planned once where caps count, but for the first time', async () => {
    await bench.policy({ categories: { offers: { caps: [{ max: 5, perSeconds: 3_600 }] } } });
    await bench.device({ user: 'dan' });
    const id = await bench.notify({ userId: 'dan' }, { category: 'offers' });
    const { database, transactions } = beforeTheEnd(() => Promise.reject(new Error('never under a lock')));
    await bench.route(database);
    expect([await sends(id), transactions()]).toEqual([1, 1]);
    await bench.policy({});
  });

  it('needs a transaction to try a suspect device, and the next of its kind does not', async () => {
    await bench.device({ user: 'eve', suspectFor: 30 });
    const tries = await bench.notify({ userId: 'eve' });
    await bench.device({ user: 'fay' });
    const next = await bench.notify({ userId: 'fay' });
    const { database, transactions } = beforeTheEnd(() => Promise.resolve());
    await bench.route(database);
    expect([await sends(tries), await sends(next), transactions()]).toEqual([1, 1, 1]);
  });
});

it('the long way is remembered for a minute, of an app and a category', () => {
  let now = 0;
  const longWay = new LongWay(() => now);
  const of = (category?: string) => ({
    appId: 'app',
    payload: {
      ...{ root: 'root', lane: 'bulk' as const, to: { userId: 'ann' }, expiresAt: '' },
      ...(category !== undefined && { category }),
    },
  });
  longWay.remember(of('offers'));
  expect([longWay.isThatOf(of('offers')), longWay.isThatOf(of('orders')), longWay.isThatOf(of())]).toEqual([
    true,
    false,
    false,
  ]);
  now = 60_000;
  expect(longWay.isThatOf(of('offers'))).toBe(false);
  for (let each = 0; each < 5_000; each += 1) {
    now += 100;
    longWay.remember(of(`category ${each}`));
  }
  expect(longWay.size).toBeLessThanOrEqual(1_000);
});
