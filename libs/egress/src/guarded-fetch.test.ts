import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EgressFailed } from './egress-failed.js';
import { guardedFetch, type GuardedOptions, type GuardedRequest } from './guarded-fetch.js';

const PUBLIC = '93.184.215.14';

/** The only machine there is in these tests; whatever is refused must not come here. */
let server: Server;
let port: number;
let connections: Socket[] = [];
let asked = '';
let speak: (socket: Socket) => void;

beforeAll(async () => {
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    connections.push(socket);
    socket.on('data', (chunk) => (asked += chunk.toString()));
    speak(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
beforeEach(() => {
  connections.forEach((socket) => socket.destroy());
  connections = [];
  asked = '';
  answers('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"keys":[]}');
});
afterAll(() => {
  connections.forEach((socket) => socket.destroy());
  server.close();
});

const answers = (text: string): void => {
  speak = (socket) => socket.once('data', () => socket.write(text));
};
const get = (url: string, options: Partial<GuardedOptions> = {}, request: GuardedRequest = {}) =>
  guardedFetch(url, request, { allowPrivate: false, maxBytes: 1_000, timeoutMs: 2_000, ...options });
const failure = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'answered',
    (error: unknown) => (error instanceof EgressFailed ? error.stage : error),
  );
const here = (path = '/jwks'): string => `http://127.0.0.1:${port}${path}`;
const ALLOWED = { allowPrivate: true };

describe('check 27: a URL that somebody else chose', () => {
  it.each([
    ...['http://127.0.0.1', 'https://127.0.0.1', 'https://[::1]', 'https://localhost', 'https://0x7f000001'],
    ...['https://169.254.169.254', 'https://[fe80::1]', 'https://metadata.google.internal', 'https://0.0.0.0'],
    ...['https://10.0.0.1', 'https://172.16.0.1', 'https://192.168.1.1', 'https://[fd00::1]', 'https://100.64.0.1'],
    ...['https://[::ffff:127.0.0.1]', 'https://[64:ff9b::7f00:1]', 'https://224.0.0.1'],
  ])('%s is refused, and nothing is looked up or dialled', async (origin) => {
    const looked: string[] = [];
    const resolve = async (name: string) => (looked.push(name), ['127.0.0.1']);
    expect(await failure(get(`${origin}:${port}/jwks`, { ways: { resolve } }))).toBe('target_refused');
    expect([looked, connections]).toEqual([[], []]);
  });

  it('with a name that leads here is refused, also when one address of several does', async () => {
    for (const addresses of [['127.0.0.1'], ['169.254.169.254'], [PUBLIC, '10.0.0.1']]) {
      const attempt = get(`https://idp.example.com:${port}/`, { ways: { resolve: async () => addresses } });
      expect(await failure(attempt)).toBe('target_refused');
    }
    expect(connections).toEqual([]);
  });

  it('with a name that is rebound after it was checked is dialled where it was checked', async () => {
    const turns = [[PUBLIC], ['127.0.0.1']];
    const dialled: string[] = [];
    const dial = (address: string) => (dialled.push(address), connect({ host: '127.0.0.1', port: 1 }));
    const ways = { resolve: async () => turns.shift()!, dial };
    expect(await failure(get('https://rebinding.example.com/', { ways }))).toBe('connection_failed');
    expect([dialled, turns.length]).toEqual([[PUBLIC], 1]);
  });

  it('whose connection ends up at another machine than was dialled gets not one byte', async () => {
    const ways = { resolve: async () => [PUBLIC], dial: (_address: string, to: number) => connect(to, '127.0.0.1') };
    expect(await failure(get(`https://proxied.example.com:${port}/`, { ways }))).toBe('target_refused');
    expect(asked).toBe('');
  });

  it.each([301, 302, 303, 307, 308])(
    'whose answer %i leads elsewhere is refused, and nobody goes there',
    async (code) => {
      answers(`HTTP/1.1 ${code} Moved\r\nLocation: ${here('/other')}\r\nContent-Length: 0\r\n\r\n`);
      expect(await failure(get(here(), ALLOWED))).toBe('redirected');
      expect(connections).toHaveLength(1);
    },
  );

  it('whose answer is longer than allowed is refused, whether it says so or not, and the rest is left', async () => {
    answers(`HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n${'x'.repeat(1_001)}`);
    expect(await failure(get(here(), ALLOWED))).toBe('too_large');
    answers(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${`100\r\n${'x'.repeat(256)}\r\n`.repeat(5)}`);
    expect(await failure(get(here(), ALLOWED))).toBe('too_large');
  });

  it('that is slow is left at the deadline: before the head, in its middle, and in the body', async () => {
    for (const beginning of ['', 'HTTP/1.1 200 OK\r\nX: y', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab']) {
      speak = (socket) => socket.write(beginning);
      const startedAt = performance.now();
      expect(await failure(get(here(), { ...ALLOWED, timeoutMs: 150 }))).toBe('timeout');
      expect(performance.now() - startedAt).toBeLessThan(1_000);
    }
  });

  it('whose body breaks off is no answer', async () => {
    speak = (socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'));
    expect(await failure(get(here(), ALLOWED))).toBe('answer_failed');
  });

  it('on this machine is reached where that is allowed, and answers as fetch does', async () => {
    const answer = await get(here('/jwks?x=1'), ALLOWED, { headers: { accept: 'application/json' } });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(await answer.json()).toEqual({ keys: [] });
    expect(asked).toBe(
      `GET /jwks?x=1 HTTP/1.1\r\naccept: application/json\r\nhost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`,
    );
  });

  it('is sent a form as fetch sends it', async () => {
    await get(here('/token'), ALLOWED, { method: 'POST', body: new URLSearchParams({ code: 'a b' }) });
    expect(asked).toContain(
      'POST /token HTTP/1.1\r\ncontent-type: application/x-www-form-urlencoded;charset=UTF-8\r\n',
    );
    expect(asked).toContain('content-length: 8\r\n');
    expect(asked.endsWith('\r\n\r\ncode=a+b')).toBe(true);
  });

  it('that answers 205 with a body answers as if it had none', async () => {
    answers('HTTP/1.1 205 Reset Content\r\nContent-Length: 2\r\n\r\nno');
    const { status, body } = await get(here(), ALLOWED);
    expect([status, body]).toEqual([205, null]);
  });

  it('that answers 204 has no body, and one that is given up by its caller none either', async () => {
    answers('HTTP/1.1 204 No Content\r\n\r\n');
    expect((await get(here(), ALLOWED)).body).toBeNull();
    speak = () => undefined;
    expect(await failure(get(here(), ALLOWED, { signal: AbortSignal.timeout(50) }))).toBe('timeout');
  });
});
