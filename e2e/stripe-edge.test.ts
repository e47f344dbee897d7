import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { STRIPE_CRASH_POINTS } from '@signalbox/resilience';
import { usePostgres, useRedis } from '@signalbox/testing';
import { armPayments, type PaymentsUnderTest, startPaymentsProcess } from './payments-process.js';

const KILLS = STRIPE_CRASH_POINTS.filter((point) => point.startsWith('stripe-receive.')).flatMap((point) =>
  (['before', 'after'] as const).map((side) => `${point}:${side}`),
);
const WEBHOOKS = 10;

/**
 * A payments process kills itself with SIGKILL before and after each step between a webhook and its answer. What was
 * answered 200 must be there, with somebody to work on it; what was not, Stripe sends again, and it must be there once.
 */
describe('the Stripe edge, killed at every step', () => {
  let payments: PaymentsUnderTest;
  const armed = new Set<ChildProcess>();
  afterAll(async () => {
    for (const child of armed) child.kill('SIGKILL');
    await payments.process.stop();
  }, 30_000);
  const postgres = usePostgres();
  const redis = useRedis();
  const delivered: string[] = [];
  beforeAll(async () => {
    const settings = { databaseUrl: postgres.url(), redisUrl: redis.url() };
    payments = await startPaymentsProcess(postgres.database(), settings);
  }, 60_000);

  const arm = async (at: string) => {
    const started = await armPayments(payments.env, at);
    armed.add(started.child);
    return started;
  };
  const count = async (text: string, params: unknown[] = []) =>
    (await postgres.database().query<{ count: number }>(`SELECT count(*)::int AS count FROM ${text}`, params)).rows[0]!
      .count;
  /** Events that nobody has decided and nobody is to look at. */
  const forgotten = () =>
    count(
      `stripe_event e WHERE NOT EXISTS (SELECT FROM stripe_decision d WHERE d.event = e.id) AND NOT EXISTS (
         SELECT FROM stripe_inbox i JOIN payments_work w ON w.items @> jsonb_build_array(jsonb_build_object('o', i.object_key))
         WHERE i.event = e.id)`,
    );

  it.each(KILLS)(
    '%s: nothing that was acknowledged is lost',
    async (at) => {
      const { child, url } = await arm(at);
      const events = Array.from({ length: WEBHOOKS }, (_, n) => `evt_${at.replaceAll(/\W/g, '_')}_${n}`);
      delivered.push(...events);
      const answers = await Promise.all(events.map((event) => payments.deliver(event, url)));
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      expect(child.signalCode).toBe('SIGKILL');
      const acknowledged = events.filter((_, n) => answers[n] === 200);
      expect(await count('stripe_event WHERE event_id = ANY ($1)', [acknowledged])).toBe(acknowledged.length);
      expect(await forgotten()).toBe(0);
    },
    30_000,
  );

  it('and when Stripe has sent everything again, each is there once', async () => {
    const answers = await Promise.all(delivered.map((event) => payments.deliver(event)));
    expect(new Set(answers)).toEqual(new Set([200]));
    expect(await count('stripe_event')).toBe(delivered.length);
    expect(await forgotten()).toBe(0);
    process.stdout.write(`Stripe edge: ${KILLS.length} kills, ${delivered.length} events, each stored once\n`);
  }, 30_000);

  it('refuses to start, with exit code 78 and the name of the source, when one has no secret left', async () => {
    await postgres.database().query(`UPDATE stripe_secret SET not_after = now()`);
    const { child, said } = await arm('none');
    if (child.exitCode === null) await once(child, 'exit');
    expect([child.exitCode, said()]).toEqual([78, expect.stringContaining(payments.sourceId)]);
  }, 30_000);
});
