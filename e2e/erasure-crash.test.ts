import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DataRequestAnswer, type DataRequestView, newUuid, parseId } from '@signalbox/contracts';
import { type CrashPoint, PERSONAL_DATA_CRASH_POINTS } from '@signalbox/resilience';
import { eventually, sizeOfTest, usePostgres } from '@signalbox/testing';
import { arm, type Armed } from './arm.js';
import { goodToken, type Stack, startStack } from './stack.js';

/** Beside auth, which is there all the time. */
const PARTS = ['push', 'payments'] as const;

/** A service does its part of a request, and auth brings requests to their end. */
type Victim = 'auth' | 'payments' | 'push';
const VICTIMS: Partial<Record<CrashPoint, Victim>> = {
  'personal-data.end': 'auth',
  'personal-data.tell-others': 'payments',
  'personal-data.told': 'payments',
};
/** A part is done in several slices, each of which may be the last that a process does: one in the middle, or more of them. */
const SLICES = [3, 1, 5].slice(0, sizeOfTest('SLICES_KILLED', 1));
const VISITS: Partial<Record<CrashPoint, readonly number[]>> = { 'personal-data.slice': SLICES };
const KILLS = PERSONAL_DATA_CRASH_POINTS.flatMap((point) =>
  (VISITS[point] ?? [1]).flatMap((visit) =>
    (['before', 'after'] as const).map((side) => ({
      at: `${point}:${side}:${visit}`,
      victim: VICTIMS[point] ?? 'push',
    })),
  ),
);

/**
 * Whoever works on a request for a user's data kills itself with SIGKILL before and after every await on the way. In the end every
 * request is done, once: nothing is left, and nothing was counted twice.
 */
describe('an erasure whose processes are killed at every point', () => {
  let stack: Stack;
  const children = new Set<ChildProcess>();
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await stack.stop();
  }, 30_000);
  const postgres = usePostgres();
  const asked: DataRequestAnswer[] = [];

  beforeAll(async () => {
    // The stack's own push process answers no requests: those that do are started for each kill.
    stack = await startStack({
      databaseUrl: postgres.url(),
      pushEnv: { PUSH_ROLES: 'api' },
      authEnv: { DATA_REQUEST_SERVICES: 'auth,push,payments' },
    });
  }, 60_000);

  const sql = async <Row>(text: string, params: unknown[] = []) =>
    (await postgres.database().query<Row>(text, params)).rows;

  async function armed(victim: Victim, at: string): Promise<Armed> {
    const roles = { PUSH_ROLES: 'route', PAYMENTS_ROLES: 'work', DATA_REQUEST_SERVICES: 'auth,push,payments' };
    const started = await arm(victim, { ...stack.env, ...roles }, at);
    children.add(started.child);
    return started;
  }

  /** The stack's own auth ends nothing meanwhile, and keeps nobody else from it. */
  async function holdStill(): Promise<void> {
    process.kill(stack.auth.pid, 'SIGSTOP');
    await sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'signalbox-auth' AND datname = current_database()`);
  }

  /** A user with a phone, two notifications and a payment, and the request to erase them. */
  async function askForErasure(userId: string): Promise<void> {
    await stack.registerDevice(stack.app, { installation: `phone-of-${userId}`, user: userId, token: goodToken() });
    const notification = { to: { userId }, content: { body: `hello ${userId}` } };
    await stack.push_('POST', '/v1/notifications/batch', { notifications: [notification, notification] });
    await sql(`INSERT INTO payment (id, app_id, gateway, user_id, livemode) VALUES ($1, $2, 'stripe', $3, false)`, [
      newUuid(),
      parseId('app', stack.app.id),
      userId,
    ]);
    const path = `${stack.urls.auth}/v1/users/${userId}`;
    const { status, body } = await stack.call('DELETE', path, { key: stack.app.secretKey });
    expect(status).toBe(202);
    asked.push(body as DataRequestAnswer);
  }

  /** Processes that do what is left, and live on. */
  let living: Promise<readonly Armed[]> | undefined;
  const whoLivesOn = () => (living ??= Promise.all(PARTS.map((name) => armed(name, 'none'))));

  /** Until these requests have ended. */
  async function finish(): Promise<void> {
    const helpers = await whoLivesOn();
    for (const { id } of asked) {
      await eventually(
        async () => {
          const path = `${stack.urls.auth}/v1/data-requests/${id}`;
          const request = (await stack.call('GET', path, { key: stack.app.secretKey })).body as DataRequestView;
          expect([request.state, request.services.map(({ service, reason }) => [service, reason])]).toEqual([
            'done',
            request.services.map(({ service }) => [service, null]),
          ]);
        },
        { within: 40_000, every: 200 },
      );
    }
    for (const { child } of helpers) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  }

  it.each(KILLS)(
    '$at, in $victim',
    async ({ at, victim }) => {
      await askForErasure(`user-${at.replaceAll(':', '-')}`);
      if (victim === 'auth') {
        // It dies at the end, which comes after the part of everybody, its own included; so these kills are the last.
        await whoLivesOn();
        await holdStill();
      }
      const { ended } = await armed(victim, at);
      expect(await ended()).toBe('SIGKILL');
      process.kill(stack.auth.pid, 'SIGCONT');
    },
    60_000,
  );

  it('ends, every one, with each thing erased and counted once', async () => {
    await finish();
    expect(asked).toHaveLength(KILLS.length);
    const steps = await sql<{ service: string; counts: Record<string, number>; kept: { count: number }[] }>(
      'SELECT service, counts, kept FROM data_request_step ORDER BY service',
    );
    const of = (service: string) => steps.filter((step) => step.service === service);
    expect(of('push').map(({ counts }) => counts['devices'])).toEqual(KILLS.map(() => 1));
    expect(of('push').map(({ counts }) => counts['notifications'])).toEqual(KILLS.map(() => 2));
    expect(of('payments').map(({ counts }) => counts['payments unlinked'])).toEqual(KILLS.map(() => 1));
    expect(of('payments').map(({ kept }) => kept.map(({ count }) => count))).toEqual(KILLS.map(() => [1]));
    expect(await sql('SELECT FROM device')).toEqual([]);
    expect(await sql('SELECT FROM event_log WHERE content IS NOT NULL')).toEqual([]);
    expect(await sql(`SELECT FROM event_log WHERE payload::text LIKE '%user-personal%'`)).toEqual([]);
    const ends = await sql<{ type: string; times: number }>(
      `SELECT type, count(*)::int AS times FROM event_log WHERE type IN ('user.erased', 'user.data_erased') GROUP BY type ORDER BY type`,
    );
    expect(ends).toEqual([
      { type: 'user.data_erased', times: KILLS.length * 3 },
      { type: 'user.erased', times: KILLS.length },
    ]);
  }, 90_000);
});
