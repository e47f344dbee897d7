import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DeadLetterRunView, formatId, newUuid } from '@signalbox/contracts';
import { LETTER_RUN_CRASH_POINTS } from '@signalbox/resilience';
import { eventually, usePostgres } from '@signalbox/testing';
import { arm, type Armed } from './arm.js';
import { openWork, violations } from './invariant.js';
import { insertLetters } from './letters-by-sql.js';
import { type Stack, startStack } from './stack.js';

const KILLS = LETTER_RUN_CRASH_POINTS.flatMap((point) => ['before', 'after'].map((side) => `${point}:${side}`));
const AT_THE_DOOR = KILLS.filter((at) => at.startsWith('letter-run.start'));
const ON_THE_WAY = KILLS.filter((at) => !AT_THE_DOOR.includes(at));
const LETTERS = 200;

/** Whoever begins a run over dead letters, or goes on with it, kills itself before and after every await of that. */
describe('a replay of many dead letters whose processes are killed at every point of its way', () => {
  let stack: Stack;
  const children = new Set<ChildProcess>();
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await stack.stop();
  }, 30_000);
  const postgres = usePostgres();

  beforeAll(async () => {
    // The stack's own push process only takes on; who goes on with it, and dies, is started for each kill.
    stack = await startStack({ databaseUrl: postgres.url(), pushEnv: { PUSH_ROLES: 'api' } });
    const helper = await armed('none', 'route,apns');
    await insertLetters(stack, postgres.database(), { letters: LETTERS, reasons: 1, phones: LETTERS });
    helper.child.kill('SIGTERM');
    await once(helper.child, 'exit');
  }, 60_000);

  async function armed(at: string, roles: string): Promise<Armed> {
    const started = await arm('push', { ...stack.env, PUSH_ROLES: roles }, at);
    children.add(started.child);
    return started;
  }
  const id = formatId('deadLetterRun', newUuid());
  const start = (base: string) =>
    stack
      .call('PUT', `${base}/v1/dead-letters/runs/${id}`, {
        key: stack.app.secretKey,
        body: { action: 'replay', all: true, perSecond: 100 },
      })
      .catch(() => undefined);
  const view = async (): Promise<DeadLetterRunView> =>
    (await stack.push_('GET', `/v1/dead-letters/runs/${id}`)).body as DeadLetterRunView;

  it('begins once, and sends each letter again once', async () => {
    for (const at of AT_THE_DOOR) {
      const { url, ended } = await armed(at, 'api');
      await start(url);
      expect([at, await ended()]).toEqual([at, 'SIGKILL']);
    }
    const begun = await start(stack.urls.push);
    expect(begun).toMatchObject({ status: 202, body: { letters: LETTERS, done: 0 } });
    for (const at of ON_THE_WAY) {
      const { ended } = await armed(at, 'route');
      expect([at, await ended()]).toEqual([at, 'SIGKILL']);
      expect(await violations(postgres.database())).toEqual([]);
    }
    const { state, done } = await view();
    expect([state, done > 0 && done < LETTERS]).toEqual(['running', true]);
    // All holders of leases are dead; what follows would happen when the leases run out.
    await postgres.database().query('UPDATE push_work SET lease_until = now(), next_offer_at = now()');
    const { child } = await armed('none', 'route,apns');
    await eventually(async () => expect(await view()).toMatchObject({ state: 'done', done: LETTERS }), {
      within: 30_000,
      every: 100,
    });
    await eventually(async () => expect(await openWork(postgres.database())).toBe(0), { within: 30_000, every: 250 });
    child.kill('SIGTERM');
    await once(child, 'exit');
    const sent = stack.received().filter(({ token }) => token.startsWith('11'));
    const ids = new Set(sent.map(({ headers }) => headers['apns-id']));
    // One more is the notification that was never dead.
    expect([sent.length, ids.size]).toEqual([LETTERS + 1, LETTERS + 1]);
    expect(await violations(postgres.database())).toEqual([]);
  }, 120_000);
});
