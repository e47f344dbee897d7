import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CRASH_POINTS, type CrashPoint } from '@signalbox/resilience';
import { eventually, usePostgres, useRedis } from '@signalbox/testing';
import { openWork, violations } from './invariant.js';
import { goodToken, type Stack, startStack } from './stack.js';

const KILLS = CRASH_POINTS.flatMap((point) => (['before', 'after'] as const).map((side) => ({ point, side })));

/**
 * A push process kills itself with SIGKILL before and after every await on the way of accepted work. Whatever was
 * answered 202 must still end in an outcome, and what is sent twice must carry the id of its first attempt.
 */
describe('killed at every point of the way', () => {
  let stack: Stack;
  const armed = new Set<ChildProcess>();
  afterAll(async () => {
    for (const child of armed) child.kill('SIGKILL');
    await stack.stop();
  }, 30_000);
  const postgres = usePostgres();
  const redis = useRedis();
  const accepted: string[] = [];

  beforeAll(async () => {
    // The stack's own push process only takes work on; who does it, and dies, is started for each kill.
    stack = await startStack({ databaseUrl: postgres.url(), redisUrl: redis.url(), pushEnv: { PUSH_ROLES: 'api' } });
    await stack.registerDevice(stack.app, { installation: 'phone', user: 'ann', token: goodToken() });
  }, 60_000);

  /** Starts a push process that will die at `at`; resolves when it says where it listens, or is dead. */
  async function arm(at: string, roles: string): Promise<{ child: ChildProcess; url: string | undefined }> {
    const child = spawn(process.execPath, ['--conditions=crash-points', 'apps/push/dist/main.js', `--crash-at=${at}`], {
      env: { ...defined(stack.env), PUSH_ROLES: roles, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    armed.add(child);
    const [said] = (await Promise.race([once(child, 'exit'), once(child.stdout, 'data')])) as unknown[];
    return { child, url: Buffer.isBuffer(said) ? /"url":"([^"]+)"/.exec(said.toString())?.[1] : undefined };
  }

  async function accept(count: number, base = stack.urls.push): Promise<void> {
    const notifications = Array.from({ length: count }, () => ({ to: { userId: 'ann' }, content: { body: 'x' } }));
    const request = { key: stack.app.secretKey, body: { notifications } };
    // Who dies while answering leaves the caller without an answer; only what was answered is promised.
    const answer = await stack.call('POST', `${base}/v1/notifications/batch`, request).catch(() => undefined);
    for (const result of (answer?.body?.results ?? []) as { status: string; id: string }[]) {
      if (result.status === 'accepted') accepted.push(result.id);
    }
  }

  const sql = (text: string) => postgres.database().query(text);
  const makeDue = () =>
    sql(`UPDATE push_work SET next_offer_at = now() WHERE lease_until IS NULL OR lease_until < now()`);
  const behave = (body: object) => stack.call('PUT', `${stack.urls.control}/v1/apns/behaviour`, { body });

  /** What has to be the case for the armed process to come by the point. */
  async function provoke(point: CrashPoint): Promise<void> {
    // Offers are made by every process, so the one that is to die must be alone with them.
    if (point.startsWith('offer.')) process.kill(stack.push.pid, 'SIGSTOP');
    if (point === 'claim.renew') await behave({ latencyMs: 8_000 });
    // Only retries are published after a flush.
    if (point === 'flush.publish') await behave({ status: 429, reason: 'TooManyRequests', retryAfter: 1 });
    if (point === 'release.commit')
      await sql(`INSERT INTO hold SELECT id, '*', now() + interval '3 s', 'test' FROM credential`);
    if (point === 'split.commit')
      await sql(`UPDATE push_work SET claims = 6 WHERE jsonb_array_length(items) > 1 AND lease_until IS NULL`);
  }

  async function calm(): Promise<void> {
    process.kill(stack.push.pid, 'SIGCONT');
    await stack.call('DELETE', `${stack.urls.control}/v1/apns/behaviour`);
    await sql('DELETE FROM hold');
  }

  it.each(KILLS)(
    '$point, $side: nothing is lost',
    async ({ point, side }) => {
      const atTheDoor = point.startsWith('accept.');
      if (!atTheDoor) await accept(5);
      await provoke(point);
      await makeDue();
      // Whoever offers must find the rows there, and not do them itself.
      const { child, url } = await arm(`${point}:${side}`, /^(accept|offer)\./.test(point) ? 'api' : 'route,apns');
      if (atTheDoor) await accept(5, url);
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      await calm();
      expect(child.signalCode).toBe('SIGKILL');
      expect(await violations(postgres.database())).toEqual([]);
    },
    30_000,
  );

  it('and in the end everything that was accepted is sent, repeats under the id of their first attempt', async () => {
    expect(accepted.length).toBeGreaterThan(100);
    // All holders of leases are dead; what follows would happen when the leases run out, within 15 seconds.
    await sql('UPDATE push_work SET lease_until = now(), next_offer_at = least(next_offer_at, now())');
    const { child: finisher } = await arm('none', 'route,apns');
    await eventually(async () => expect(await openWork(postgres.database())).toBe(0), { within: 60_000, every: 250 });
    finisher.kill('SIGTERM');
    await once(finisher, 'exit');
    expect(await violations(postgres.database())).toEqual([]);

    const { rows } = await postgres.database().query<{ id: string; state: string }>('SELECT id, state FROM delivery');
    expect(new Set(rows.map((row) => row.state))).toEqual(new Set(['sent']));
    const received = stack.received().filter((push) => push.answer.status === 200);
    expect(new Set(received.map((push) => push.headers['apns-id']))).toEqual(new Set(rows.map((row) => row.id)));
    expect(rows.length).toBeGreaterThanOrEqual(accepted.length);
    process.stdout.write(
      `crash points: ${KILLS.length} kills, ${rows.length} sent, ${received.length - rows.length} sent again\n`,
    );
  }, 90_000);
});

function defined(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
