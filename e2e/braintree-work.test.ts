import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BRAINTREE_CRASH_POINTS } from '@signalbox/resilience';
import { eventually, usePostgres } from '@signalbox/testing';
import { arm, type Armed } from './arm.js';
import { type BraintreeShop, openBraintreeShop } from './braintree-shop.js';
import { type Stack, startStack } from './stack.js';

const KILLS = BRAINTREE_CRASH_POINTS.flatMap((point) =>
  (['before', 'after'] as const).map((side) => `${point}:${side}`),
);

/**
 * Whoever takes Braintree's notifications, and works on them, kills itself with SIGKILL before and after each step. Braintree
 * sends again what was not answered, and in the end each payment is told of once.
 */
describe('notifications of Braintree, killed at every step', () => {
  let stack: Stack;
  let shop: BraintreeShop;
  const children = new Set<ChildProcess>();
  const sales: string[] = [];
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await shop.payments.stop();
    await stack.stop();
  }, 30_000);
  const postgres = usePostgres();

  beforeAll(async () => {
    stack = await startStack({ databaseUrl: postgres.url() });
    // The shop's own payments process works on nothing; who does, and dies, is started for each kill.
    shop = await openBraintreeShop(stack, { PAYMENTS_ROLES: 'edge,api' });
  }, 60_000);

  const armed = async (at: string): Promise<Armed> => {
    const started = await arm('payments', { ...shop.env, PAYMENTS_ROLES: 'edge,work' }, at);
    children.add(started.child);
    return started;
  };
  const count = async (sql: string): Promise<number> =>
    (await postgres.database().query<{ count: number }>(sql)).rows[0]!.count;

  it.each(KILLS)(
    '%s: what was answered is kept, and what was not comes again',
    async (at) => {
      const sale = await shop.sell();
      sales.push(sale);
      const notice = { at: new Date() };
      const { url, ended } = await armed(at);
      // Dead already when it found the work that the sale left, before it was asked.
      if (url !== '') await shop.tellOfSettlement(sale, notice, url);
      expect(await ended()).toBe('SIGKILL');
      // No notification kills its workers, as one would seem to whose row is claimed anew for each kill of a long test.
      await postgres.database().query('UPDATE payments_work SET claims = least(claims, 1)');
      expect(await shop.tellOfSettlement(sale, notice, shop.url)).toBe(200);
    },
    30_000,
  );

  it('and in the end everything is worked off, and each payment told of once', async () => {
    // What would happen by itself when the leases of the dead run out, within 15 seconds.
    await postgres
      .database()
      .query('UPDATE payments_work SET lease_until = now(), next_offer_at = least(next_offer_at, now())');
    const { child } = await armed('none');
    const open = 'SELECT count(*)::int AS count FROM payments_work';
    await eventually(async () => expect(await count(open)).toBe(0), { within: 60_000 });
    child.kill('SIGTERM');
    const { rows } = await postgres.database().query<{ type: string; facts: number; refs: number }>(
      `SELECT type, count(*)::int AS facts, count(DISTINCT payload->>'gatewayRef')::int AS refs FROM event_log
       WHERE payload->>'gateway' = 'braintree' GROUP BY type`,
    );
    expect(rows).toEqual([{ type: 'payment.succeeded', facts: sales.length, refs: sales.length }]);
    expect(await count('SELECT count(*)::int AS count FROM braintree_event')).toBe(sales.length);
    process.stdout.write(`notifications of Braintree: ${KILLS.length} kills, nothing lost, nothing told twice\n`);
  }, 90_000);
});
