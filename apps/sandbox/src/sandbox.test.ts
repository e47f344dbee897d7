import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { constants } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deviceToken, providerToken, SandboxHarness } from './sandbox.harness.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const starting = (prefix: string): string => prefix + deviceToken().slice(prefix.length);

let box: SandboxHarness;
let directory: string;
let oracleLog: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandbox-'));
  oracleLog = join(directory, 'log', 'oracle.ndjson');
  box = await SandboxHarness.start({ stateDirectory: directory, oracleLog });
});
afterEach(() => box.control('POST', '/v1/apns/reset'));
afterAll(async () => {
  await box.stop();
  await rm(directory, { recursive: true });
});

const behave = (body: object) => box.control('PUT', '/v1/apns/behaviour', body);
const requests = async (query: string) =>
  (await box.control('GET', `/v1/apns/requests?${query}`)).body as {
    requests: Record<string, unknown>[];
    next: string | null;
  };
/** Resolves when the sandbox has taken the token's request in, answered or not. */
const taken = async (token: string) => (await requests(`token=${token}&waitMs=5000`)).requests[0];

describe('a request to APNs', () => {
  it('is accepted, keeps its apns-id, and is listed with its headers, its payload and the answer', async () => {
    const apnsId = '0195f8e0-1111-7000-8000-00000000000a';
    const reply = await box.send(box.connect(), {
      headers: {
        'apns-id': apnsId,
        'apns-priority': '10',
        'apns-expiration': '1893456000',
        'apns-collapse-id': 'order-1',
      },
      body: '{"aps":{"alert":"héllo"},"sbx_delivery_id":"1"}',
    });
    expect(reply).toMatchObject({ status: 200, apnsId, reason: undefined });
    const { requests: listed } = await requests(`apnsId=${apnsId}`);
    expect(listed).toHaveLength(1);
    expect(listed[0]).toMatchObject({
      token: deviceToken(),
      apnsId,
      keyId: box.credential.keyId,
      teamId: box.credential.teamId,
      headers: {
        'apns-topic': 'dev.signalbox.demo',
        'apns-push-type': 'alert',
        'apns-priority': '10',
        'apns-expiration': '1893456000',
        'apns-collapse-id': 'order-1',
        'apns-id': apnsId,
      },
      payload: { aps: { alert: 'héllo' }, sbx_delivery_id: '1' },
      answer: { kind: 'answer', status: 200 },
      decidedBy: 'default',
    });
    expect(JSON.stringify(listed)).not.toContain(box.jwt);
  });

  it('gets an apns-id when it has none', async () => {
    const reply = await box.send(box.connect());
    expect(reply).toMatchObject({ status: 200, apnsId: expect.stringMatching(UUID) });
  });

  it.each([
    ['BadPath', 404, { path: '/3/devices/x' }],
    ['MethodNotAllowed', 405, { method: 'PUT' }],
    ['MissingProviderToken', 403, { authorization: undefined }],
    ['InvalidProviderToken', 403, { authorization: 'bearer a.b.c' }],
    ['DuplicateHeaders', 400, { headers: { 'apns-collapse-id': ['a', 'b'] } }],
    ['BadMessageId', 400, { headers: { 'apns-id': 'x' } }],
    ['BadDeviceToken', 400, { token: 'not-hex' }],
    ['PayloadEmpty', 400, { body: '' }],
    ['PayloadTooLarge', 413, { body: JSON.stringify({ a: 'x'.repeat(100_000) }) }],
  ])('that breaks a rule is answered %s with status %i', async (reason, status, push) => {
    expect(await box.send(box.connect(), push)).toMatchObject({ status, reason, apnsId: expect.stringMatching(UUID) });
    expect((await requests(`reason=${reason}`)).requests[0]).toMatchObject({
      decidedBy: 'protocol',
      answer: { status, reason },
    });
  });

  it('is refused when its provider token is older than an hour', async () => {
    const old = await providerToken(box.credential, Date.now() / 1000 - 3700);
    expect(await box.send(box.connect(), { authorization: `bearer ${old}` })).toMatchObject({
      reason: 'ExpiredProviderToken',
    });
  });

  it('is refused when the provider token changes faster than was allowed', async () => {
    await behave({ tokenUpdateIntervalSeconds: 1200 });
    const session = box.connect();
    const [first, second] = await Promise.all(
      [0, 1].map((ago) => providerToken(box.credential, Date.now() / 1000 - ago)),
    );
    expect(await box.send(session, { authorization: `bearer ${first}` })).toMatchObject({ status: 200 });
    expect(await box.send(session, { authorization: `bearer ${second}` })).toMatchObject({
      status: 429,
      reason: 'TooManyProviderTokenUpdates',
    });
  });

  it('may be signed with a key that was made on request', async () => {
    const { status, body } = await box.control('POST', '/v1/apns/keys');
    expect(status).toBe(201);
    const minted = body as typeof box.credential;
    const authorization = `bearer ${await providerToken(minted)}`;
    expect(await box.send(box.connect(), { authorization })).toMatchObject({ status: 200 });
    expect((await requests(`keyId=${minted.keyId}`)).requests).toHaveLength(1);
    await box.control('DELETE', `/v1/apns/keys/${minted.keyId}`);
    expect(await box.send(box.connect(), { authorization })).toMatchObject({ reason: 'InvalidProviderToken' });
  });
});

describe('a device token with a meaning', () => {
  it.each([
    ['deaddead', 410, 'Unregistered'],
    ['dea0dea0', 410, 'Unregistered'],
    ['deafdeaf', 410, 'ExpiredToken'],
    ['bad0bad0', 400, 'BadDeviceToken'],
    ['bad1bad1', 400, 'DeviceTokenNotForTopic'],
    ['bad2bad2', 400, 'TopicDisallowed'],
    ['e403e403', 403, 'InvalidProviderToken'],
    ['e413e413', 413, 'PayloadTooLarge'],
    ['e429e429', 429, 'TooManyRequests'],
    ['e500e500', 500, 'InternalServerError'],
    ['e503e503', 503, 'ServiceUnavailable'],
  ])('%s answers %i %s', async (prefix, status, reason) => {
    expect(await box.send(box.connect(), { token: starting(prefix) })).toMatchObject({ status, reason });
  });

  it('says since when a device is gone, and when to come back', async () => {
    const session = box.connect();
    const before = Date.now();
    const gone = await box.send(session, { token: starting('deaddead') });
    const goneLongAgo = await box.send(session, { token: starting('dea0dea0') });
    const busy = await box.send(session, { token: starting('e429e429') });
    expect(gone.kind === 'answered' && gone.timestamp).toBeGreaterThanOrEqual(before);
    expect(goneLongAgo).toMatchObject({ timestamp: Date.UTC(2020, 0, 1) });
    expect(busy).toMatchObject({ retryAfter: '1' });
  });

  it('resets the stream in the two ways a sender must tell apart', async () => {
    const session = box.connect();
    expect(await box.send(session, { token: starting('0ff00ff0') })).toEqual({
      kind: 'unanswered',
      code: constants.NGHTTP2_REFUSED_STREAM,
    });
    expect(await box.send(session, { token: starting('fa11fa11') })).toEqual({
      kind: 'unanswered',
      code: constants.NGHTTP2_INTERNAL_ERROR,
    });
    expect(await box.send(session)).toMatchObject({ status: 200 });
  });

  it('cuts the connection', async () => {
    const session = box.connect();
    // Not `once`, which rejects when the error comes first: a connection reset is what is wanted here.
    const closed = new Promise<void>((resolve) => void session.on('close', resolve));
    expect(await box.send(session, { token: starting('c105c105') })).toMatchObject({ kind: 'unanswered' });
    await closed;
  });

  it('never answers, and leaves the other requests of the connection alone', async () => {
    const session = box.connect();
    let answered = false;
    void box.send(session, { token: starting('b1acb1ac') }).then(() => (answered = true));
    expect(await taken(starting('b1acb1ac'))).toMatchObject({ answer: { kind: 'hang' } });
    expect(await box.send(session)).toMatchObject({ status: 200 });
    expect(answered).toBe(false);
  });
});

describe('a scripted token', () => {
  it('gets its outcome as many times as asked', async () => {
    const path = `/v1/apns/tokens/${deviceToken(7)}`;
    await box.control('PUT', path, { outcome: { reason: 'Unregistered', timestamp: 5 }, times: 1 });
    const session = box.connect();
    expect(await box.send(session, { token: deviceToken(7) })).toMatchObject({
      status: 410,
      reason: 'Unregistered',
      timestamp: 5,
    });
    expect(await box.send(session, { token: deviceToken(7) })).toMatchObject({ status: 200 });
    expect((await box.control('GET', path)).body).toMatchObject({ remaining: 0, used: 1 });
  });

  it('answers a bare status with the usual reason, after its latency', async () => {
    await box.control('PUT', `/v1/apns/tokens/${deviceToken(8)}`, {
      outcome: { status: 503, retryAfter: 9, latencyMs: 60 },
    });
    const before = performance.now();
    expect(await box.send(box.connect(), { token: deviceToken(8) })).toMatchObject({
      status: 503,
      reason: 'ServiceUnavailable',
      retryAfter: '9',
    });
    expect(performance.now() - before).toBeGreaterThanOrEqual(55);
  });
});

describe('the behaviour for all', () => {
  it('answers every request alike until it is removed', async () => {
    await behave({ status: 500 });
    const session = box.connect();
    expect(await box.send(session)).toMatchObject({ status: 500, reason: 'InternalServerError' });
    await box.control('DELETE', '/v1/apns/behaviour');
    expect(await box.send(session)).toMatchObject({ status: 200 });
  });

  it('serves only the topics listed', async () => {
    await behave({ topics: ['dev.signalbox.other'] });
    expect(await box.send(box.connect())).toMatchObject({ status: 400, reason: 'TopicDisallowed' });
  });

  it('is a black hole in which not even a PING is answered, on old connections and new ones, and out of it all goes on', async () => {
    const old = box.connect();
    expect(await box.send(old)).toMatchObject({ status: 200 });
    await behave({ blackhole: true });
    const pongs: string[] = [];
    const pong = new Promise<void>((resolve) => old.ping(() => resolve(void pongs.push('old'))));
    const swallowed = box.send(old, { token: deviceToken(9) });
    const fresh = box.connect();
    fresh.once('connect', () => pongs.push('new'));
    // The control API is served by the same event loop: after its answers a reachable APNs side would have answered too.
    for (let round = 0; round < 20; round += 1) await box.control('GET', '/health/live');
    expect(pongs).toEqual([]);
    await box.control('DELETE', '/v1/apns/behaviour');
    await pong;
    expect(await swallowed).toMatchObject({ status: 200 });
    expect(await box.send(fresh)).toMatchObject({ status: 200 });
  });

  it('announces its limit of streams, to connections that are open too', async () => {
    const session = box.connect();
    await once(session, 'remoteSettings');
    expect(session.remoteSettings.maxConcurrentStreams).toBe(1000);
    const changed = once(session, 'remoteSettings');
    await behave({ maxConcurrentStreams: 3 });
    await changed;
    expect(session.remoteSettings.maxConcurrentStreams).toBe(3);
  });

  it('allows one stream until the first valid provider token, as Apple does', async () => {
    await behave({ oneStreamUntilFirstToken: true });
    const session = box.connect();
    await once(session, 'remoteSettings');
    expect(session.remoteSettings.maxConcurrentStreams).toBe(1);
    await box.send(session, { authorization: undefined });
    expect(session.remoteSettings.maxConcurrentStreams).toBe(1);
    const lifted = once(session, 'remoteSettings');
    await box.send(session);
    await lifted;
    expect(session.remoteSettings.maxConcurrentStreams).toBe(1000);
  });

  it('sends GOAWAY after a number of requests and still answers them', async () => {
    await behave({ goawayAfter: 2 });
    const session = box.connect();
    const left = once(session, 'goaway');
    const closed = once(session, 'close');
    const replies = await Promise.all([box.send(session), box.send(session)]);
    expect(replies).toEqual([expect.objectContaining({ status: 200 }), expect.objectContaining({ status: 200 })]);
    expect((await left)[0]).toBe(constants.NGHTTP2_NO_ERROR);
    await closed;
  });

  it('sends GOAWAY to everybody again and again', async () => {
    await behave({ goawayEveryMs: 50 });
    for (let round = 0; round < 2; round += 1) {
      const session = box.connect();
      const closed = once(session, 'close');
      expect((await once(session, 'goaway'))[0]).toBe(constants.NGHTTP2_NO_ERROR);
      await closed;
    }
  });

  it('cuts one connection after the other without a word', async () => {
    const sessions = [box.connect(), box.connect(), box.connect()];
    const dismissed: unknown[] = [];
    for (const session of sessions) session.on('goaway', () => dismissed.push(session));
    const cut = sessions.map((session) => new Promise((resolve) => session.once('close', resolve)));
    await Promise.all(sessions.map((session) => once(session, 'remoteSettings')));
    await behave({ cutEveryMs: 50 });
    await Promise.all(cut);
    expect(dismissed).toEqual([]);
  });
});

describe('GOAWAY on demand', () => {
  it('lets requests under way finish', async () => {
    const session = box.connect();
    await box.control('PUT', `/v1/apns/tokens/${deviceToken(10)}`, { outcome: { latencyMs: 80 } });
    const underWay = box.send(session, { token: deviceToken(10) });
    await taken(deviceToken(10));
    const left = once(session, 'goaway');
    const { body } = await box.control('POST', '/v1/apns/goaway', { reason: 'Shutdown' });
    expect(body).toEqual({ connections: expect.any(Number) });
    expect(String((await left)[2])).toBe('{"reason":"Shutdown"}');
    expect(await underWay).toMatchObject({ status: 200 });
  });

  it('cuts requests under way when it is abrupt', async () => {
    const session = box.connect();
    const underWay = box.send(session, { token: starting('b1acb1ac') });
    await taken(starting('b1acb1ac'));
    await box.control('POST', '/v1/apns/goaway', { abrupt: true });
    expect(await underWay).toMatchObject({ kind: 'unanswered' });
  });
});

describe('provider tokens', () => {
  it('are counted by key, each once', async () => {
    const distinct = async () =>
      ((await box.control('GET', '/v1/apns/stats')).body as { providerTokens: Record<string, number> }).providerTokens;
    const session = box.connect();
    const { keyId } = box.credential;
    await box.send(session);
    await box.send(session);
    expect(await distinct()).toEqual({ [keyId]: 1 });
    await box.send(session, { authorization: `bearer ${await providerToken(box.credential)}` });
    await box.send(session, { authorization: 'bearer not.a.token' });
    expect(await distinct()).toEqual({ [keyId]: 2 });
    await box.control('POST', '/v1/apns/reset');
    expect(await distinct()).toEqual({});
  });
});

describe('what was received', () => {
  it('is counted by ending, waits to be asked for, and can be cleared', async () => {
    const waiting = requests(`token=${deviceToken(11)}&waitMs=5000`);
    const session = box.connect();
    await box.send(session, { token: deviceToken(11) });
    expect((await waiting).requests).toHaveLength(1);
    await box.send(session, { token: starting('deaddead') });
    expect((await box.control('GET', '/v1/apns/stats')).body).toMatchObject({
      remembered: 2,
      endings: { '200': 1, '410 Unregistered': 1 },
    });
    await box.control('DELETE', '/v1/apns/requests');
    expect((await requests('')).requests).toEqual([]);
  });

  it('is on disk before it is answered', async () => {
    const session = box.connect();
    const tokens = Array.from({ length: 200 }, (_, index) => deviceToken(1000 + index));
    await Promise.all(
      tokens.map(async (token) => {
        expect(await box.send(session, { token })).toMatchObject({ status: 200 });
        expect(await readFile(oracleLog, 'utf8')).toContain(`"token":"${token}"`);
      }),
    );
    const lines = (await readFile(oracleLog, 'utf8')).trimEnd().split('\n');
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ answer: { status: 200 }, payload: { aps: { alert: 'hello' } } });
  });
});
