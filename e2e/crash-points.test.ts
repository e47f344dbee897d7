import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CRASH_POINTS, type CrashPoint } from '@signalbox/resilience';
import { eventually, usePostgres, useRedis } from '@signalbox/testing';
import { arm, type Armed } from './arm.js';
import { openWork, violations } from './invariant.js';
import { goodToken, type Stack, startStack } from './stack.js';

const KILLS = CRASH_POINTS.flatMap((point) => (['before', 'after'] as const).map((side) => ({ point, side })));

/**
 * A push process kills itself with SIGKILL before and after every await on the way of accepted work. Whatever was
 * answered 202 must still end in an outcome, and what is sent twice must carry the id of its first attempt. What may be sent
 * at most once and was begun by a process that died becomes a dead letter, and a dead letter is replayed once.
 */
describe('killed at every point of the way', () => {
  let stack: Stack;
  const children = new Set<ChildProcess>();
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await stack.stop();
  }, 30_000);
  const postgres = usePostgres();
  const redis = useRedis();
  const accepted: string[] = [];

  beforeAll(async () => {
    // The stack's own push process only takes work on; who does it, and dies, is started for each kill.
    stack = await startStack({ databaseUrl: postgres.url(), redisUrl: redis.url(), pushEnv: { PUSH_ROLES: 'api' } });
    await stack.registerDevice(stack.app, { installation: 'phone', user: 'ann', token: goodToken() });
    // Apple's answers to this phone are lost: what may be sent to it at most once becomes a dead letter.
    const lossy = `fa11fa11${goodToken().slice(8)}`;
    await stack.registerDevice(stack.app, { installation: 'lossy', user: 'bob', token: lossy });
    await stack.push_('PUT', '/v1/categories/once', { guarantee: 'at-most-once' });
  }, 60_000);

  /** A push process that will die at `at`. */
  async function armed(at: string, roles: string): Promise<Armed> {
    const started = await arm('push', { ...stack.env, PUSH_ROLES: roles }, at);
    children.add(started.child);
    return started;
  }

  async function accept(count: number, base = stack.urls.push, options: object = {}, userId = 'ann'): Promise<void> {
    const line = { to: { userId }, content: { body: 'x' }, options };
    const notifications = Array.from({ length: count }, () => line);
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

  /** Whoever offers must find the rows there, and not do them itself; what a process sends itself has no job to be published. */
  function rolesFor(point: CrashPoint): string {
    if (/^(accept|offer|replay)\./.test(point)) return 'api';
    return point === 'route.publish' ? 'route' : 'route,apns';
  }

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

  /** Has a living process send what dies, until there are letters to replay. */
  async function makeDeadLetters(): Promise<void> {
    await accept(5, undefined, { category: 'once' }, 'bob');
    await sql('UPDATE push_work SET lease_until = now(), next_offer_at = least(next_offer_at, now())');
    const { child } = await armed('none', 'route,apns');
    await eventually(async () => {
      const { body } = await stack.push_('GET', '/v1/dead-letters');
      expect(body.items.length).toBeGreaterThanOrEqual(5);
    });
    child.kill('SIGTERM');
    await once(child, 'exit');
  }

  /** Asks a process that will die of it to replay one letter. */
  const replayOne = (base: string) =>
    stack
      .call('POST', `${base}/v1/dead-letters/replay`, { key: stack.app.secretKey, body: { all: true, limit: 1 } })
      .catch(() => undefined);

  async function calm(): Promise<void> {
    process.kill(stack.push.pid, 'SIGCONT');
    await stack.call('DELETE', `${stack.urls.control}/v1/apns/behaviour`);
    await sql('DELETE FROM hold');
    // No message kills its workers, as one would seem to whose row is claimed anew for each kill of a long test.
    await sql('UPDATE push_work SET claims = least(claims, 1)');
  }

  it.each(KILLS)(
    '$point, $side: nothing is lost',
    async ({ point, side }) => {
      const atTheDoor = point.startsWith('accept.');
      const isReplay = point.startsWith('replay.');
      if (point === 'replay.commit' && side === 'before') await makeDeadLetters();
      if (!atTheDoor && !isReplay) await accept(5, undefined, point === 'send.mark' ? { category: 'once' } : {});
      await provoke(point);
      await makeDue();
      const { url, ended } = await armed(`${point}:${side}`, rolesFor(point));
      if (atTheDoor) await accept(5, url);
      if (isReplay) await replayOne(url);
      const signal = await ended();
      await calm();
      expect(signal).toBe('SIGKILL');
      expect(await violations(postgres.database())).toEqual([]);
    },
    30_000,
  );

  it('and in the end everything is sent, repeats under their first id, or dead where it may be sent once', async () => {
    expect(accepted.length).toBeGreaterThan(100);
    // All holders of leases are dead; what follows would happen when the leases run out, within 15 seconds.
    await sql('UPDATE push_work SET lease_until = now(), next_offer_at = least(next_offer_at, now())');
    const { child: finisher } = await armed('none', 'route,apns');
    await eventually(async () => expect(await openWork(postgres.database())).toBe(0), { within: 60_000, every: 250 });
    finisher.kill('SIGTERM');
    await once(finisher, 'exit');
    expect(await violations(postgres.database())).toEqual([]);

    const { rows } = await postgres
      .database()
      .query<{ id: string; state: string; reason: string | null; replay: boolean }>(
        'SELECT id, state, reason, replay_of IS NOT NULL AS replay FROM delivery',
      );
    const received = stack.received().filter((push) => push.answer.status === 200);
    const triesOf = Map.groupBy(received, (push) => push.headers['apns-id']);
    const sent = rows.filter((row) => row.state === 'sent');
    const dead = rows.filter((row) => row.state !== 'sent');
    expect(sent.filter((row) => !triesOf.has(row.id))).toEqual([]);
    expect(dead.filter((row) => !row.reason?.startsWith('may_have_arrived: '))).toEqual([]);
    const tries = Map.groupBy(stack.received(), (push) => push.headers['apns-id']);
    expect(dead.filter((row) => (tries.get(row.id) ?? []).length > 1)).toEqual([]);
    expect(rows.filter((row) => row.replay)).toHaveLength(3);
    expect(rows.length).toBeGreaterThanOrEqual(accepted.length);
    process.stdout.write(
      `crash points: ${KILLS.length} kills, ${sent.length} sent, ${received.length - triesOf.size} sent again, ${dead.length} dead\n`,
    );
  }, 90_000);
});
