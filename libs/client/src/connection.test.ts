import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AnswerNotUnderstood, RequestRefused, ServiceUnreachable } from './errors.js';
import type { Retry } from './connection.js';
import { Signalbox } from './signalbox.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const REQUEST = { to: { userId: 'ann' }, content: { body: 'hello' } };
const stored: Handler = (_request, response) => response.writeHead(202).end('{"id":"ntf_1","status":"accepted"}');
const answer =
  (status: number, headers: Record<string, string>, body: string): Handler =>
  (_request, response) =>
    response.writeHead(status, headers).end(body);

/** A server that plays the answers a service gives only in its worst hours, one handler a request. */
describe('a call', () => {
  let server: Server;
  let seen: IncomingMessage[];
  let retries: Retry[];
  let script: Handler[];
  let url: string;

  beforeEach(async () => {
    [seen, retries, script] = [[], [], []];
    server = createServer((request, response) => {
      seen.push(request);
      const handler = script.shift() ?? stored;
      request.resume().once('end', () => handler(request, response));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const client = (more: { attemptTimeoutMs?: number; prefix?: string } = {}): Signalbox =>
    new Signalbox({
      apiKey: 'sbk_test_key',
      urls: { push: url + (more.prefix ?? ''), events: url },
      onRetry: (retry) => retries.push(retry),
      ...more,
    });
  const keysSeen = (): unknown[] => seen.map((request) => request.headers['idempotency-key']);

  it('is repeated with the same key after a lost connection, a 503 and a 429, and then succeeds', async () => {
    script = [
      (request) => request.socket.destroy(),
      answer(503, {}, 'upstream away'),
      answer(429, { 'retry-after': '0' }, '{"code":"too_many_requests"}'),
    ];
    const sent = await client().notifications.send(REQUEST);
    expect(sent).toMatchObject({ id: 'ntf_1', replayed: false });
    expect(keysSeen()).toEqual(Array.from({ length: 4 }, () => sent.idempotencyKey));
    expect(retries.map(({ error }) => error.name)).toEqual(['ServiceUnreachable', 'RequestRefused', 'RequestRefused']);
  });

  it('is repeated when the answer breaks off in the middle', async () => {
    script = [
      (request, response) => {
        response.writeHead(202, { 'content-length': '100' }).write('{"id":');
        setImmediate(() => request.socket.destroy());
      },
    ];
    expect(await client().notifications.send(REQUEST)).toMatchObject({ id: 'ntf_1' });
    expect(seen).toHaveLength(2);
  });

  it('comes back no earlier than it was asked to', async () => {
    script = [answer(503, { 'retry-after': '1' }, '{}')];
    const begin = performance.now();
    await client().notifications.send(REQUEST);
    expect(performance.now() - begin).toBeGreaterThanOrEqual(990);
  });

  it('gives up at once when it is asked to wait for longer than a minute, and says for how long', async () => {
    script = [answer(503, { 'retry-after': '3600' }, '{"code":"unavailable","detail":"Closed."}')];
    await expect(client().notifications.get('ntf_1')).rejects.toMatchObject({
      status: 503,
      code: 'unavailable',
      retryAfterMs: 3_600_000,
    });
    expect(seen).toHaveLength(1);
  });

  it('gives up after five attempts, and leaves the key to repeat it with', async () => {
    script = Array.from({ length: 9 }, () => (request: IncomingMessage) => request.socket.destroy());
    const failure = await client()
      .notifications.send(REQUEST, { idempotencyKey: 'order-7' })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ServiceUnreachable);
    expect(failure).toMatchObject({ attempts: 5, idempotencyKey: 'order-7' });
    expect(keysSeen()).toEqual(Array.from({ length: 5 }, () => 'order-7'));
  }, 15_000);

  it('is not repeated when it was refused for what it is, and carries the reasons', async () => {
    const problem = {
      code: 'invalid_request',
      status: 422,
      detail: 'The request has one problem; see errors.',
      errors: [{ pointer: '/content/body', reason: 'must be text' }],
    };
    script = [answer(422, { 'content-type': 'application/problem+json' }, JSON.stringify(problem))];
    const failure = await client()
      .notifications.send(REQUEST)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RequestRefused);
    expect(failure).toMatchObject(problem);
    expect((failure as Error).message).toContain('/content/body must be text');
    expect(seen).toHaveLength(1);
  });

  it.each([
    ['a page of a proxy', answer(200, { 'content-type': 'text/html' }, '<h1>Welcome</h1>')],
    ['a list', answer(200, {}, '[]')],
    ['a redirect, which would carry the key away', answer(302, { location: 'http://127.0.0.1:1/' }, '')],
  ])('does not take %s for an answer', async (_what, handler) => {
    script = [handler];
    await expect(client().notifications.send(REQUEST)).rejects.toBeInstanceOf(AnswerNotUnderstood);
    expect(seen).toHaveLength(1);
  });

  it('counts a silent service as unreachable after its time, and asks again', async () => {
    script = [() => undefined];
    expect(await client({ attemptTimeoutMs: 100 }).notifications.send(REQUEST)).toMatchObject({ id: 'ntf_1' });
    expect(retries[0]?.error).toMatchObject({ name: 'ServiceUnreachable', cause: { name: 'TimeoutError' } });
  });

  it('ends with the reason of its signal, in an attempt and in a wait between two', async () => {
    script = [() => undefined, answer(503, { 'retry-after': '50' }, '{}')];
    for (const limit of [50, 300]) {
      await expect(client().notifications.get('ntf_1', { signal: AbortSignal.timeout(limit) })).rejects.toMatchObject({
        name: 'TimeoutError',
      });
    }
    expect(retries).toHaveLength(1);
  });

  it('keeps the path in front of /v1, and encodes what it puts behind', async () => {
    script = [answer(200, {}, '{"items":[],"next":null}')];
    await client({ prefix: '/push' }).devices.list('ann/../b?c', { limit: 5 });
    expect(seen[0]?.url).toBe('/push/v1/users/ann%2F..%2Fb%3Fc/devices?limit=5');
    await expect(client().devices.remove('..')).rejects.toThrow(TypeError);
  });

  it('sends the lines of a batch that met a busy moment again, alone and with their keys', async () => {
    const bodies: { notifications: { idempotencyKey: string }[] }[] = [];
    const batch =
      (results: object[]): Handler =>
      (_request, response) =>
        response.writeHead(202).end(JSON.stringify({ results }));
    const ok = (index: number, id: string): object => ({ index, status: 'accepted', id, replayed: false });
    const busy = { index: 1, status: 'refused', problem: { code: 'unavailable', detail: 'Busy.' } };
    script = [batch([ok(0, 'a'), busy, ok(2, 'c')]), batch([ok(0, 'b')])];
    server.prependListener('request', (request: IncomingMessage) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.once('end', () => bodies.push(JSON.parse(text)));
    });
    const results = await client().notifications.sendBatch([REQUEST, REQUEST, REQUEST], { idempotencyKey: 'k' });
    expect(results).toEqual([ok(0, 'a'), ok(1, 'b'), ok(2, 'c')]);
    const keys = bodies.map((body) => body.notifications.map((line) => line.idempotencyKey));
    expect(keys).toEqual([['k/0', 'k/1', 'k/2'], ['k/1']]);

    script = [batch([ok(0, 'a'), busy, ok(2, 'c')]), answer(401, {}, '{}')];
    const kept = await client().notifications.sendBatch([REQUEST, REQUEST, REQUEST]);
    expect(kept).toEqual([ok(0, 'a'), busy, ok(2, 'c')]);
  });
});

describe('a client', () => {
  it.each([
    ['a key with a line break', 'sbk_test_\n', 'http://localhost'],
    ['no key', '', 'http://localhost'],
    ['a URL of another protocol', 'sbk_test_1', 'ftp://localhost'],
    ['no URL', 'sbk_test_1', 'localhost'],
  ])('is not made with %s', (_what, apiKey, url) => {
    expect(() => new Signalbox({ apiKey, urls: { push: url, events: url } })).toThrow(TypeError);
  });
});
