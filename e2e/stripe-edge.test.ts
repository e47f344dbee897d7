import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { STRIPE_CRASH_POINTS } from '@signalbox/resilience';
import { usePostgres, useRedis } from '@signalbox/testing';
import { arm } from './arm.js';
import { type PaymentsUnderTest, startPaymentsProcess } from './payments-process.js';
import { forgottenEvents } from './stripe-facts.js';

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
  const children = new Set<ChildProcess>();
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await payments.process.stop();
  }, 30_000);
  const postgres = usePostgres();
  const redis = useRedis();
  const delivered: string[] = [];
  beforeAll(async () => {
    const settings = { databaseUrl: postgres.url(), redisUrl: redis.url() };
    payments = await startPaymentsProcess(postgres.database(), settings);
  }, 60_000);

  const armed = async (at: string) => {
    const started = await arm('payments', payments.env, at);
    children.add(started.child);
    return started;
  };
  const count = async (text: string, params: unknown[] = []) =>
    (await postgres.database().query<{ count: number }>(`SELECT count(*)::int AS count FROM ${text}`, params)).rows[0]!
      .count;
  const forgotten = () => forgottenEvents(postgres.database());

  it.each(KILLS)(
    '%s: nothing that was acknowledged is lost',
    async (at) => {
      const { url, ended } = await armed(at);
      const events = Array.from({ length: WEBHOOKS }, (_, n) => `evt_${at.replaceAll(/\W/g, '_')}_${n}`);
      delivered.push(...events);
      const answers = await Promise.all(events.map((event) => payments.deliver(event, url)));
      expect(await ended()).toBe('SIGKILL');
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
    const { child, said, ended } = await armed('none');
    await ended();
    expect([child.exitCode, said()]).toEqual([78, expect.stringContaining(payments.sourceId)]);
  }, 30_000);
});
