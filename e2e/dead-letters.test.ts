import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DeadLetterRunView, formatId, newUuid } from '@signalbox/contracts';
import { eventually, sizeOfTest, useOwnRedis, usePostgres } from '@signalbox/testing';
import { OPERATOR_PASSWORD, startConsoleOver } from './console-stage.js';
import { openWork, violations } from './invariant.js';
import { goodToken, type Stack, startStack } from './stack.js';

/** What a provider asks the patient one to wait. */
const PATIENCE_MS = sizeOfTest('RETRY_AFTER_SECONDS', 30) * 1_000;
const LETTERS = 10_000;
/** Lines of one request: two that will die in five, or the breaker would see a provider that does not answer. */
const BATCH = 500;
const DYING = 200;

/** Groups of dead letters: whose phone, what it does to a message, and the reason that is left. */
const GROUPS = [
  { user: 'reset', provider: 'apns', prefix: 'fa11fa11', share: 4_000 },
  { user: 'gateway', provider: 'fcm', prefix: 'e502e502', share: 3_000 },
  { user: 'unavailable', provider: 'fcm', prefix: 'e503e503', share: 2_000 },
  { user: 'late', provider: 'fcm', prefix: '50455045', share: 1_000 },
] as const;

interface Group {
  readonly provider: string;
  readonly lane: string;
  readonly reason: string;
  readonly count: number;
}

/**
 * One system for two promises: each device is retried at the time that its provider named, also when Redis is emptied in
 * between; and ten thousand dead letters are sent again group by group, and none of them twice. What the first
 * waits passes while the second is seen to.
 */
describe('deliveries that do not succeed at once', () => {
  let stack: Stack;
  afterAll(() => stack.stop(), 30_000);
  const redis = useOwnRedis();
  const postgres = usePostgres();
  const token = Object.fromEntries(GROUPS.map(({ user, prefix }) => [user, `${prefix}${goodToken().slice(8)}`]));
  const [soon, later] = [goodToken(), goodToken()];
  let patient: string;

  beforeAll(async () => {
    stack = await startStack({ databaseUrl: postgres.url(), redisUrl: redis()?.url });
    for (const { user, provider } of GROUPS) {
      if (provider === 'apns') await iphone(user, user, token[user]!);
      else await android(user, token[user]!);
    }
    await script('fcm', token['late']!, { outcome: { status: 504, html: true }, times: 100_000 });
    await iphone('sound-apns', 'sound-apns', goodToken());
    await android('sound-fcm', `sound-${goodToken()}`);
    await put('/v1/categories/once', { guarantee: 'at-most-once' });
  }, 60_000);

  const put = async (path: string, body: object) =>
    expect((await stack.push_('PUT', path, body)).status).toBeLessThan(300);
  const iphone = (installation: string, user: string, target: string) =>
    stack.registerDevice(stack.app, { installation, user, token: target });
  const android = (user: string, target: string) =>
    put(`/v1/devices/${user}`, { userId: user, platform: 'android', target: { kind: 'fcm_token', token: target } });
  const script = (provider: string, target: string, body: object) =>
    stack.call('PUT', `${stack.urls.control}/v1/${provider}/tokens/${target}`, { body });
  const groups = async (): Promise<Group[]> => (await stack.push_('GET', '/v1/dead-letters/groups')).body.groups;
  const countOf = async (): Promise<Record<string, number>> =>
    Object.fromEntries((await groups()).map(({ provider, reason, count }) => [`${provider} ${reason}`, count]));
  const sql = <Row>(text: string, params: unknown[] = []) => postgres.database().query<Row>(text, params);

  it('wait for as long as Apple asked, each for itself', async () => {
    await iphone('soon', 'both', soon);
    await iphone('later', 'both', later);
    await script('apns', soon, { outcome: { status: 429, reason: 'TooManyRequests', retryAfter: 2 }, times: 1 });
    await script('apns', later, {
      outcome: { status: 429, reason: 'TooManyRequests', retryAfter: PATIENCE_MS / 1_000 },
      times: 1,
    });
    const { body } = await stack.push_('POST', '/v1/notifications', { to: { userId: 'both' }, content: { body: 'x' } });
    patient = body.id as string;
    await eventually(() => expect(triesOf(later)).toHaveLength(1));
    await redis()?.flushAll();
    await eventually(() => expect(triesOf(soon)).toHaveLength(2), { within: 15_000 });
    expect(waitBetween(triesOf(soon))).toBeGreaterThanOrEqual(2_000);
    expect(waitBetween(triesOf(soon))).toBeLessThan(latest(2_000, 1_000));
  }, 30_000);

  it(`end as ${LETTERS} dead letters of four reasons where nobody may get a message twice`, async () => {
    const line = (user: string, options = {}) => ({ to: { userId: user }, content: { body: 'code 1234' }, options });
    const send = async (lines: object[]): Promise<void> => {
      const { status, body } = await stack.push_('POST', '/v1/notifications/batch', { notifications: lines });
      expect([status, body.results.length]).toEqual([202, lines.length]);
    };
    const sound = (provider: string) => line(`sound-${provider}`);
    // What the breakers see first is a provider in good health.
    await send(Array.from({ length: BATCH }, (_, place) => sound(place % 2 === 0 ? 'apns' : 'fcm')));
    await eventually(async () => expect(await openWork(postgres.database())).toBeLessThanOrEqual(1));
    for (const { user, provider, share } of GROUPS) {
      const dying = line(user, { category: 'once' });
      for (let sent = 0; sent < share; sent += DYING) {
        await send(Array.from({ length: BATCH }, (_, place) => (place % 5 < 2 ? dying : sound(provider))));
      }
    }
    await eventually(async () => expect(sum(await groups())).toBe(LETTERS), { within: 60_000, every: 250 });
    const found = await groups();
    expect(found.map(({ count }) => count)).toEqual([4_000, 3_000, 2_000, 1_000]);
    expect(new Set(found.map(({ reason }) => reason)).size).toBe(4);
    expect(found.every(({ reason }) => reason.startsWith('may_have_arrived: '))).toBe(true);
    const [letter] = (await stack.push_('GET', '/v1/dead-letters?limit=1')).body.items;
    const { next } = (await stack.push_('GET', `/v1/notifications/${letter.notificationId}/explain`)).body;
    expect(next).toEqual([expect.stringContaining(`POST /v1/dead-letters/${letter.id}/replay`)]);
    expect(await violations(postgres.database())).toEqual([]);
  }, 90_000);

  it('are sent again for one group alone, and once, however often it is asked', async () => {
    const before = await countOf();
    const [group] = (await groups()).filter(({ count }) => count === 3_000);
    const { provider, lane, reason } = group!;
    await script('fcm', token['gateway']!, { outcome: { status: 200 }, times: 100_000 });
    const press = () => stack.push_('POST', '/v1/dead-letters/replay', { provider, lane, reason, perSecond: 1_000 });
    const answers = await Promise.all([press(), press(), press()]);
    expect(answers.map((answer) => answer.status)).toEqual([202, 202, 202]);
    expect(answers.reduce((total, { body }) => total + (body.replayed as number), 0)).toBe(3_000);
    expect((await press()).body).toEqual({ replayed: 0, left: 0, lastDueAt: null });

    const { [`${provider} ${reason}`]: gone, ...others } = before;
    expect(gone).toBe(3_000);
    expect(await countOf()).toEqual(others);
    const replays = async () =>
      (
        await sql<{ state: string; count: number }>(
          `SELECT state, count(*)::int AS count FROM delivery WHERE replay_of IS NOT NULL GROUP BY 1`,
        )
      ).rows;
    await eventually(async () => expect(await replays()).toEqual([{ state: 'sent', count: 3_000 }]), {
      within: 30_000,
      every: 250,
    });
    const tries = stack.received('fcm').filter((push) => push.token === token['gateway']);
    expect(tries).toHaveLength(6_000);
    expect(tries.filter((push) => push.answer.status === 200)).toHaveLength(3_000);
    expect(await violations(postgres.database())).toEqual([]);
  }, 60_000);

  it('tell of both deliveries: the dead one, and the one that repeats it', async () => {
    const { body } = await stack.push_('GET', '/v1/dead-letters?state=replayed&limit=1');
    const [letter] = body.items;
    expect(letter).toMatchObject({ state: 'replayed', provider: 'fcm', answer: { status: 502 } });
    const { deliveries } = (await stack.push_('GET', `/v1/notifications/${letter.notificationId}/deliveries`)).body;
    expect((await stack.push_('GET', `/v1/notifications/${letter.notificationId}/explain`)).body.next).toEqual([]);
    expect(deliveries).toHaveLength(2);
    expect(deliveries).toContainEqual(expect.objectContaining({ id: letter.id, state: 'dead' }));
    expect(deliveries).toContainEqual(
      expect.objectContaining({ id: letter.replayId, state: 'sent', replayOf: letter.id }),
    );
    const again = await stack.push_('POST', `/v1/dead-letters/${letter.id}/replay`);
    expect(again).toMatchObject({ status: 202, body: { replayId: letter.replayId } });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  it('are put away with a note, and then cannot be sent any more', async () => {
    const [smallest] = (await groups()).filter(({ count }) => count === 1_000);
    const { provider, lane, reason } = smallest!;
    const discarded = await stack.push_('POST', '/v1/dead-letters/discard', {
      provider,
      lane,
      reason,
      note: 'too old',
    });
    expect(discarded).toMatchObject({ status: 200, body: { discarded: 1_000, left: 0 } });
    const { body } = await stack.push_('GET', '/v1/dead-letters?state=discarded&limit=1');
    expect(body.items[0]).toMatchObject({ note: 'too old' });
    expect(await stack.push_('POST', `/v1/dead-letters/${body.items[0].id}/replay`)).toMatchObject({
      status: 409,
      body: { code: 'discarded' },
    });
  });

  it('are nothing that another app can see or touch', async () => {
    const other = await stack.createApp('other');
    const as = (method: string, path: string, body?: object) =>
      stack.call(method, `${stack.urls.push}${path}`, { key: other.secretKey, ...(body && { body }) });
    expect((await as('GET', '/v1/dead-letters/groups')).body).toEqual({ groups: [] });
    const { body } = await stack.push_('GET', '/v1/dead-letters?limit=1');
    expect((await as('GET', `/v1/dead-letters/${body.items[0].id}`)).status).toBe(404);
    expect((await as('POST', '/v1/dead-letters/replay', { all: true })).body).toMatchObject({ replayed: 0, left: 0 });
    expect((await as('POST', '/v1/dead-letters/replay', {})).body).toMatchObject({ errors: [{ pointer: '' }] });
    expect((await as('GET', `/v1/dead-letters?appId=${stack.app.id}`)).status).toBe(404);
  });

  it('are sent again by an operator: on the console, and with Retry on its board', async () => {
    const operators = await startConsoleOver(stack);
    const base = operators.url;
    let cookies = '';
    /** What the forms of this session carry. */
    let formToken = '';
    const ask = async (method: string, path: string, form?: Record<string, string>): Promise<Response> => {
      const headers = { origin: base, cookie: cookies, 'x-xsrf-token': formToken };
      const body = form === undefined ? null : new URLSearchParams(form);
      const answer = await fetch(base + path, { method, headers, body, redirect: 'manual' });
      for (const cookie of answer.headers.getSetCookie()) cookies = `${cookie.split(';')[0]!}; ${cookies}`;
      return answer;
    };
    try {
      expect((await ask('POST', '/login', { password: OPERATOR_PASSWORD })).status).toBe(303);
      await script('apns', token['reset']!, { outcome: { status: 200 }, times: 100_000 });
      await script('fcm', token['unavailable']!, { outcome: { status: 200 }, times: 100_000 });

      const [largest, other] = await groups();
      const start = await (await ask('GET', '/')).text();
      expect(start).toContain('<b>6,000</b>open dead letters');
      formToken = /name="csrf" value="([^"]+)"/.exec(start)![1]!;
      const { provider, lane, reason } = largest!;
      const form = { appId: stack.app.id, provider, lane, reason, perSecond: '1000' };
      const run = formatId('deadLetterRun', newUuid());
      const begun = await ask('POST', '/dead-letters/replay', { ...form, run });
      expect([begun.status, begun.headers.get('location')]).toEqual([303, `/dead-letters/runs/${run}`]);
      const page = await (await ask('GET', `/dead-letters/runs/${run}`)).text();
      expect(page).toContain('4,000 letters are being sent again, at most 1,000 a second: 4 s from now on.');
      await eventually(
        async () =>
          expect(await (await ask('GET', '/dead-letters')).text()).toContain('<b>2,000 dead letters</b> are open'),
        { within: 20_000, every: 250 },
      );

      const dead = `push.fcm.${other!.lane}.dead`;
      const job = await eventually(
        async () => {
          const answer = await ask('GET', `/queues/api/queues?activeQueue=${dead}&status=failed&page=1&jobsPerPage=10`);
          const { queues } = (await answer.json()) as BoardAnswer;
          const found = queues.find(({ name }) => name === dead)?.jobs.find(({ data }) => data.count === 2_000);
          expect(found).toBeDefined();
          return found!;
        },
        { within: 10_000, every: 250 },
      );
      expect(job.failedReason.startsWith(`${other!.reason}: {`)).toBe(true);
      expect((await ask('PUT', `/queues/api/queues/${dead}/${job.id}/retry`)).status).toBe(204);
      const returned = await eventually(async () => {
        const { body } = await stack.push_('GET', '/v1/dead-letters/runs?limit=1');
        const [newest] = body.items as DeadLetterRunView[];
        expect(newest).toMatchObject({ startedBy: 'Retry on the board', letters: 2_000, perSecond: 100 });
        return newest!;
      });
      // What it begins is a run as any other, which whoever is in a hurry stops, to begin another one.
      expect((await ask('POST', `/dead-letters/runs/${returned.id}/stop`)).status).toBe(303);
      const rest = { ...form, provider: other!.provider, lane: other!.lane, reason: other!.reason };
      await ask('POST', '/dead-letters/replay', { ...rest, run: formatId('deadLetterRun', newUuid()) });
      await eventually(async () => expect(await groups()).toEqual([]), { within: 20_000, every: 250 });
    } finally {
      await operators.stop();
    }
  }, 60_000);

  it(
    'and the patient one was tried again after its time, with nothing else lost',
    async () => {
      await eventually(() => expect(triesOf(later)).toHaveLength(2), { within: PATIENCE_MS + 10_000, every: 250 });
      expect(waitBetween(triesOf(later))).toBeGreaterThanOrEqual(PATIENCE_MS);
      expect(waitBetween(triesOf(later))).toBeLessThan(latest(PATIENCE_MS, 5_000));
      const ids = triesOf(later).map((push) => push.headers['apns-id']);
      expect(new Set(ids).size).toBe(1);
      await eventually(async () =>
        expect((await stack.push_('GET', `/v1/notifications/${patient}`)).body.deliveries).toEqual({ sent: 2 }),
      );
      await eventually(async () => expect(await openWork(postgres.database())).toBe(0), { within: 20_000 });
      expect(await violations(postgres.database())).toEqual([]);
    },
    PATIENCE_MS + 30_000,
  );

  const triesOf = (target: string) => stack.received().filter((push) => push.token === target);
});

interface BoardAnswer {
  readonly queues: readonly {
    readonly name: string;
    readonly jobs: readonly { readonly id: string; readonly failedReason: string; readonly data: { count?: number } }[];
  }[];
}

/**
 * A retry spreads up to a fifth, has a second of jitter, is rounded up to its bucket, and where its job was lost it is offered
 * two seconds after its time, by a loop that comes by every second. And a second for the machine.
 */
function latest(retryAfter: number, bucket: number): number {
  return 1.2 * retryAfter + 1_000 + bucket + 3_000 + 1_000;
}

function waitBetween(tries: readonly { readonly receivedAt: string }[]): number {
  return Date.parse(tries[1]!.receivedAt) - Date.parse(tries[0]!.receivedAt);
}

function sum(groups: readonly Group[]): number {
  return groups.reduce((total, { count }) => total + count, 0);
}
