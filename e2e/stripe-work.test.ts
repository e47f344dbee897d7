import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { STRIPE_CRASH_POINTS } from '@signalbox/resilience';
import { eventually, usePostgres, useRedis } from '@signalbox/testing';
import { arm, type Armed } from './arm.js';
import { ledgerBalance, ledgerViolations, stripeBalance } from './ledger-books.js';
import { forgottenEvents, openStripeWork, storedEvents, toldOfMoney } from './stripe-facts.js';
import { openShop, type StripeShop } from './stripe-shop.js';
import { type Stack, startStack } from './stack.js';

const KILLS = STRIPE_CRASH_POINTS.filter((point) => point.startsWith('stripe.')).flatMap((point) =>
  (['before', 'after'] as const).map((side) => `${point}:${side}`),
);

/**
 * Whoever works on Stripe's events kills itself with SIGKILL before and after each step. Each event must still be worked off,
 * and whatever it means must be told once.
 */
describe('work on events of Stripe, killed at every step', () => {
  let stack: Stack;
  let shop: StripeShop;
  const children = new Set<ChildProcess>();
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await shop.payments.stop();
    await stack.stop();
  }, 30_000);
  const postgres = usePostgres();
  const redis = useRedis();
  let days = 0;

  beforeAll(async () => {
    stack = await startStack({ databaseUrl: postgres.url(), redisUrl: redis.url() });
    // The shop's own payments process only takes events; who works on them, and dies, is started for each kill.
    shop = await openShop(stack, { PAYMENTS_ROLES: 'edge,api' });
  }, 60_000);

  const armed = async (at: string): Promise<Armed> => {
    const started = await arm('payments', { ...shop.env, PAYMENTS_ROLES: 'work' }, at);
    children.add(started.child);
    return started;
  };

  /** Two payments that fail and one that is disputed: about disputes Stripe is asked. All of it is stored when it resolves. */
  async function sellForADay(): Promise<void> {
    days += 1;
    const [paid] = await Promise.all([
      shop.pay('succeeded'),
      shop.pay('insufficient_funds'),
      shop.pay('insufficient_funds'),
    ]);
    await shop.dispute(paid.latest_charge!);
    const events = await shop.events();
    await eventually(async () => expect(new Set(await storedEvents(postgres.database()))).toEqual(new Set(events)));
  }

  it.each(KILLS)(
    '%s: nothing is forgotten',
    async (at) => {
      await sellForADay();
      const { ended } = await armed(at);
      expect(await ended()).toBe('SIGKILL');
      // No object kills its workers, as one would seem to whose row is claimed anew for each kill of a long test.
      await postgres.database().query('UPDATE payments_work SET claims = least(claims, 1)');
      expect(await forgottenEvents(postgres.database())).toBe(0);
      expect(await ledgerViolations(postgres.database())).toEqual([]);
    },
    30_000,
  );

  it('and in the end everything is worked off, and each thing told once', async () => {
    // What would happen by itself when the leases of the dead run out, within 15 seconds.
    await postgres
      .database()
      .query('UPDATE payments_work SET lease_until = now(), next_offer_at = least(next_offer_at, now())');
    const { child } = await armed('none');
    await eventually(async () => expect(await openStripeWork(postgres.database())).toBe(0), { within: 60_000 });
    child.kill('SIGTERM');
    expect(await toldOfMoney(postgres.database())).toEqual([
      { type: 'dispute.funds_withdrawn', facts: days, subjects: days },
      { type: 'dispute.opened', facts: days, subjects: days },
      { type: 'payment.failed', facts: 2 * days, subjects: 2 * days },
      { type: 'payment.succeeded', facts: days, subjects: days },
    ]);
    expect(await ledgerViolations(postgres.database())).toEqual([]);
    expect(await ledgerBalance(postgres.database())).toEqual(await stripeBalance(shop));
    process.stdout.write(`work on Stripe's events: ${KILLS.length} kills, nothing lost, nothing told twice\n`);
  }, 90_000);
});
