import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@signalbox/embedded-postgres';
import { eventually, type RunningProcess, startProcess, usePostgres } from '@signalbox/testing';
import { goodToken, type Stack, startStack, type TestApp } from './stack.js';

/** Milliseconds in which every process has heard of it. */
const WITHIN = 5_000;

describe('a provider that an operator isolates', () => {
  let stack: Stack;
  let second: RunningProcess;
  let folder: string;
  afterAll(async () => {
    await second.stop();
    await stack.stop();
    await rm(folder, { recursive: true });
  }, 30_000);
  const postgres = usePostgres();
  const [mine, theirs] = [goodToken(), goodToken()];
  let other: TestApp;

  beforeAll(async () => {
    stack = await startStack({ databaseUrl: postgres.url() });
    const port = await freePort(0);
    folder = await mkdtemp(join(tmpdir(), 'flags-'));
    await sayFlags({});
    second = await startProcess({
      entry: 'apps/push/dist/main.js',
      // Flags are this one's alone; the other knows of none.
      env: { ...stack.env, PORT: `${port}`, FLAGS_FILE: join(folder, 'flags.json') },
      ready: { url: `http://127.0.0.1:${port}/health/ready` },
    });
    other = await stack.createApp('other');
    await stack.registerDevice(stack.app, { installation: 'mine', user: 'ann', token: mine });
    await stack.registerDevice(other, { installation: 'theirs', user: 'ann', token: theirs });
  }, 60_000);

  /** As a whole, as whoever mounts it does. */
  async function sayFlags(content: object): Promise<void> {
    await writeFile(join(folder, 'next.json'), JSON.stringify(content));
    await rename(join(folder, 'next.json'), join(folder, 'flags.json'));
  }
  const asOperator = (method: string, path: string, body?: object) =>
    stack.call(method, `${stack.urls.push}${path}`, { key: stack.env.OPERATOR_TOKEN!, body });
  const send = async (app: TestApp): Promise<string> =>
    (
      await stack.call('POST', `${stack.urls.push}/v1/notifications`, {
        key: app.secretKey,
        body: { to: { userId: 'ann' }, content: { body: 'x' }, options: { ttlSeconds: 600 } },
      })
    ).body.id as string;
  const statusOf = async (app: TestApp, id: string): Promise<unknown> =>
    (await stack.call('GET', `${stack.urls.push}/v1/notifications/${id}`, { key: app.secretKey })).body.status;
  const receivedFor = (token: string) => stack.received().filter((push) => push.token === token).length;
  const credentialOf = async (app: TestApp): Promise<string> =>
    (await asOperator('GET', '/v1/breakers')).body.breakers.find(
      (each: { appId: string; provider: string }) => each.appId === app.id && each.provider === 'apns',
    ).credentialId as string;

  it('gets nothing from any process, loses nothing of what was accepted, and gets each once when that ends', async () => {
    const credential = await credentialOf(stack.app);
    const isolated = { position: 'open', reason: 'Apple is on fire' };
    expect((await asOperator('PUT', `/v1/breakers/${credential}`, isolated)).status).toBe(200);
    const ids = await Promise.all(Array.from({ length: 40 }, () => send(stack.app)));
    // What goes to others is not kept up, and both processes are seen to have worked meanwhile.
    const others = await Promise.all(Array.from({ length: 40 }, () => send(other)));
    for (const id of others) {
      await eventually(async () => expect(await statusOf(other, id)).toBe('sent'), { within: 20_000 });
    }
    expect(receivedFor(theirs)).toBe(40);
    await eventually(
      async () => {
        const { breakers } = (await asOperator('GET', '/v1/breakers')).body;
        expect(breakers[0]).toMatchObject({ credentialId: credential, position: 'open', waiting: 40 });
      },
      { within: 20_000 },
    );
    expect(receivedFor(mine)).toBe(0);
    const story = await stack.push_('GET', `/v1/notifications/${ids[0]!}/explain`);
    expect(story.body.because).toBe(
      'The provider credential is on hold until an operator ends it: isolated_by_operator.',
    );

    // Pressed twice.
    const ended = { position: 'automatic', reason: 'the fire is out' };
    await Promise.all([1, 2].map(() => asOperator('PUT', `/v1/breakers/${credential}`, ended)));
    await eventually(() => expect(receivedFor(mine)).toBe(40), { within: WITHIN + 20_000 });
    for (const id of ids) {
      await eventually(async () => expect(await statusOf(stack.app, id)).toBe('sent'), { within: 20_000 });
    }
    const { rows } = await postgres
      .database()
      .query(`SELECT type FROM event_log WHERE subject = $1 AND type ~ '^(breaker|hold)' ORDER BY id`, [credential]);
    expect(rows.map((row) => row['type'])).toEqual(['breaker.set', 'hold.placed', 'breaker.set', 'hold.lifted']);
  }, 90_000);

  it('is told to the charts of the console by the process that sent', async () => {
    await eventually(
      async () => {
        const { rows } = await postgres
          .database()
          .query(`SELECT sum(accepted)::int AS accepted, sum(sent)::int AS sent FROM push_figure`);
        expect(rows).toEqual([{ accepted: 80, sent: 80 }]);
      },
      { within: 25_000 },
    );
  }, 30_000);

  it('is held likewise by a flag of one process, in all of them, and let go when the flag is turned on', async () => {
    const credential = await credentialOf(stack.app);
    const breaker = async () =>
      (await asOperator('GET', '/v1/breakers')).body.breakers.find(
        (each: { credentialId: string }) => each.credentialId === credential,
      );
    const [before, ofOther] = [receivedFor(mine), receivedFor(theirs)];
    const off = { on: false, reason: 'recall 4711' };
    await sayFlags({ 'push.apns': { apps: { [stack.app.id]: off } } });
    await eventually(
      async () => expect((await breaker()).hold).toMatchObject({ reason: 'held_by_flag', until: null }),
      {
        within: WITHIN,
      },
    );
    const ids = await Promise.all(Array.from({ length: 20 }, () => send(stack.app)));
    await send(other);
    await eventually(() => expect(receivedFor(theirs)).toBe(ofOther + 1), { within: 20_000 });
    await eventually(async () => expect((await breaker()).waiting).toBe(20), { within: 20_000 });
    expect(await breaker()).toMatchObject({
      flags: [{ flag: 'push.apns', source: 'file', reason: 'recall 4711', processes: [expect.any(String)] }],
    });
    const story = await stack.push_('GET', `/v1/notifications/${ids[0]!}/explain`);
    expect(story.body.because).toBe('The provider credential is on hold until a flag is turned on: held_by_flag.');
    expect(receivedFor(mine)).toBe(before);
    await sayFlags({});
    await eventually(() => expect(receivedFor(mine)).toBe(before + 20), { within: WITHIN + 20_000 });
    for (const id of ids) {
      await eventually(async () => expect(await statusOf(stack.app, id)).toBe('sent'), { within: 20_000 });
    }
  }, 90_000);
});
