import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EgressFailed } from './egress-failed.js';
import type { Ways } from './open-connection.js';
import { Poster } from './post.js';

const LIVE = { allowPrivate: false };
const TEST = { allowPrivate: true };
/** Never dialled: the dialler of these tests knows loopback only. */
const PUBLIC = '93.184.215.14';

/** Waits for connections on loopback, and counts them: whatever is refused must not come here. */
let listener: Server;
let port: number;
let connections: Socket[] = [];
let speak: (socket: Socket) => void = () => undefined;

beforeAll(async () => {
  listener = createServer((socket) => {
    socket.on('error', () => undefined);
    connections.push(socket);
    speak(socket);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  ({ port } = listener.address() as AddressInfo);
});
beforeEach(() => {
  connections.forEach((socket) => socket.destroy());
  connections = [];
  speak = () => undefined;
});
afterAll(() => {
  connections.forEach((socket) => socket.destroy());
  listener.close();
});

/** What was dialled. Only loopback is really connected to; anything else would leave this machine. */
let dialled: string[] = [];
const ways = (addresses: (name: string) => readonly string[] = () => []): Ways => {
  dialled = [];
  return {
    resolve: async (name) => addresses(name),
    dial: (address, to) => {
      dialled.push(address);
      return connect({ host: address === '::1' ? '::1' : '127.0.0.1', port: to });
    },
  };
};
const post = (poster: Poster, url: string, policy = LIVE) => poster.post({ url, headers: {}, body: '{}' }, policy);
const failure = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'answered',
    (error: unknown) => (error instanceof EgressFailed ? error.stage : error),
  );

describe('a hostile URL', () => {
  const hosts = [
    ...['127.0.0.1', '127.1', '127.0.0.1.', '0177.0.0.1', '0x7f.1', '0x7f000001', '2130706433', '017700000001'],
    ...['127.255.255.254', '0.0.0.0', '0', '①②⑦.⓪.⓪.①', '127。0。0。1', '%31%32%37.0.0.1'],
    ...['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1', '100.64.0.1', '100.127.255.255'],
    ...['169.254.169.254', '0xa9fea9fe', '2852039166', '192.0.0.170', '192.0.2.1', '192.88.99.1', '198.18.0.1'],
    ...['198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255'],
    ...['[::1]', '[::]', '[0:0:0:0:0:0:0:1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]'],
    ...['[::ffff:0:127.0.0.1]', '[64:ff9b::127.0.0.1]', '[64:ff9b::7f00:1]', '[64:ff9b:1::7f00:1]'],
    ...['[fe80::1]', '[fec0::1]', '[fc00::1]', '[fd00:ec2::254]', '[ff02::1]', '[100::1]', '[2001:db8::1]'],
    ...['[2001::7f00:1]', '[2002:7f00:1::]', '[3fff::1]', '[4000::1]', '[5f00::1]'],
    ...['localhost', 'localhost.', 'LOCALHOST', 'a.localhost', 'printer', 'printer.local', 'metadata.google.internal'],
  ];

  it.each(hosts)('https://%s is refused for a live app, and nothing is dialled or looked up', async (host) => {
    const looked: string[] = [];
    const poster = new Poster(ways((name) => (looked.push(name), ['127.0.0.1'])));
    expect(await failure(post(poster, `https://${host}:${port}/`))).toBe('target_refused');
    expect([dialled, looked, connections]).toEqual([[], [], []]);
  });

  it.each([
    ['plain http', `http://example.com/`],
    ['another scheme', 'ftp://example.com/'],
    ['a file', 'file:///etc/passwd'],
    ['the port of mail', 'https://example.com:25/'],
    ['the port of plain http', 'https://example.com:80/'],
    ['a user', 'https://user@example.com/'],
    ['a password', 'https://:secret@example.com/'],
    ['a fragment', 'https://example.com/#x'],
    ['no URL', 'example.com'],
  ])('with %s is refused', async (_what, url) => {
    expect(await failure(post(new Poster(ways(() => [PUBLIC])), url))).toBe('target_refused');
    expect(dialled).toEqual([]);
  });

  it.each(['169.254.169.254', '[fe80::1]', '0.0.0.0', '[::ffff:127.0.0.1]', '100.64.0.1', '224.0.0.1'])(
    '%s is refused even where private addresses are allowed',
    async (host) => {
      expect(await failure(post(new Poster(ways()), `http://${host}:${port}/`, TEST))).toBe('target_refused');
      expect(dialled).toEqual([]);
    },
  );
});

describe('a name', () => {
  const answers = [
    ['127.0.0.1'],
    ['10.1.2.3'],
    ['169.254.169.254'],
    ['::1'],
    ['::ffff:127.0.0.1'],
    ['64:ff9b::7f00:1'],
    ['fd00::1'],
    [PUBLIC, '127.0.0.1'],
    ['2606:2800:21f:cb07:6820:80da:af6b:8b2c', '::1'],
    ['not-an-address'],
    ['0x7f.1'],
    ['fe80::1%eth0'],
  ];
  it.each(answers.map((addresses) => [addresses.join(' and '), addresses] as const))(
    'that leads to %s is refused, and nothing is dialled',
    async (_what, addresses) => {
      const poster = new Poster(ways(() => addresses));
      expect(await failure(post(poster, `https://rebound.example.com:${port}/`))).toBe('target_refused');
      expect([dialled, connections]).toEqual([[], []]);
    },
  );

  it('that is rebound between two look-ups is never dialled at the second address: there is one look-up, and it is checked', async () => {
    const turns = [[PUBLIC], ['127.0.0.1'], ['127.0.0.1']];
    const looked: string[] = [];
    const { resolve } = ways((name) => (looked.push(name), turns.shift()!));
    const refused = () => connect({ host: '127.0.0.1', port: 1 });
    const poster = new Poster({ resolve, dial: (address) => (dialled.push(address), refused()) });
    expect(await failure(post(poster, `https://rebinding.example.com:${port}/`))).toBe('connection_failed');
    expect(await failure(post(poster, `https://rebinding.example.com:${port}/`))).toBe('target_refused');
    expect(dialled).toEqual([PUBLIC]);
    expect(looked).toHaveLength(2);
    expect(connections).toEqual([]);
  });

  it('whose connection ends up at another machine than was dialled gets not one byte', async () => {
    const poster = new Poster(ways(() => [PUBLIC])); // the dialler of this test leads to loopback
    let bytes = 0;
    const closed = new Promise((resolve) => {
      speak = (socket) => {
        socket.on('data', (chunk) => (bytes += chunk.length));
        socket.on('close', resolve);
      };
    });
    expect(await failure(post(poster, `https://proxied.example.com:${port}/`))).toBe('target_refused');
    await closed;
    expect([dialled, bytes]).toEqual([[PUBLIC], 0]);
  });

  it('that has no address is a failure of its own', async () => {
    const silent = new Poster({ ...ways(), resolve: () => Promise.reject(new Error('SERVFAIL')) });
    expect(await failure(post(silent, 'https://nowhere.example.com/'))).toBe('name_not_resolved');
    expect(await failure(post(new Poster(ways()), 'https://nowhere.example.com/'))).toBe('name_not_resolved');
  });
});

describe('an answer', () => {
  const url = () => `http://127.0.0.1:${port}/hook?x=1`;
  const answers = (text: string) => {
    speak = (socket) => socket.once('data', () => socket.write(text));
  };

  it('is read to its first kilobyte, and the rest is left', async () => {
    const closed = new Promise((resolve) => {
      listener.once('connection', (socket: Socket) => socket.on('close', resolve));
    });
    speak = (socket) => {
      const pour = (): void => {
        while (socket.writable && socket.write('x'.repeat(10_000)));
      };
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n');
        pour();
        socket.on('drain', pour);
      });
    };
    const { status, body } = await post(new Poster(), url(), TEST);
    expect([status, body.length]).toEqual([200, 1_024]);
    await closed;
  });

  it('is not followed when it leads elsewhere', async () => {
    answers(`HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:${port}/other\r\nContent-Length: 0\r\n\r\n`);
    expect((await post(new Poster(), url(), TEST)).status).toBe(307);
    expect(connections).toHaveLength(1);
  });

  it('with more headers than anybody needs is none', async () => {
    answers(`HTTP/1.1 200 OK\r\n${`X: ${'y'.repeat(100)}\r\n`.repeat(400)}\r\n`);
    expect(await failure(post(new Poster(), url(), TEST))).toBe('answer_failed');
  });

  it.each([
    ['is not HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['switches to another protocol', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'],
  ])('that %s is none', async (_what, text) => {
    answers(text);
    expect(await failure(post(new Poster(), url(), TEST))).toBe('answer_failed');
  });

  it('that is cut before it began is none', async () => {
    speak = (socket) => socket.once('data', () => socket.destroy());
    expect(await failure(post(new Poster(), url(), TEST))).toBe('answer_failed');
  });

  it('counts by its status although its body breaks off', async () => {
    speak = (socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\nhalf'));
    const { status, body } = await post(new Poster(), url(), TEST);
    expect([status, body.toString()]).toEqual([202, 'half']);
  });

  it('that comes byte by byte is waited for until the deadline, and no longer', async () => {
    let trickle: NodeJS.Timeout | undefined;
    speak = (socket) => {
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\n'));
      trickle = setInterval(() => socket.write('X: y\r\n'), 20);
    };
    const startedAt = performance.now();
    expect(await failure(post(new Poster({ deadlineMs: 200 }), url(), TEST))).toBe('timeout');
    clearInterval(trickle);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it('whose body comes byte by byte counts by its status, with what had come by the deadline', async () => {
    speak = (socket) =>
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n'));
    const { status, body } = await post(new Poster({ deadlineMs: 200 }), url(), TEST);
    expect([status, body.toString()]).toEqual([200, 'a']);
  });

  it('comes to a request that says what it must, and no more', async () => {
    let seen = '';
    speak = (socket) => {
      socket.on('data', (chunk) => {
        seen += chunk.toString();
        if (seen.endsWith('{}')) socket.end('HTTP/1.1 204 No Content\r\nRetry-After: 7\r\n\r\n');
      });
    };
    expect(await post(new Poster(), url(), TEST)).toMatchObject({ status: 204, retryAfter: '7' });
    expect(seen).toBe(
      `POST /hook?x=1 HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-length: 2\r\nConnection: close\r\n\r\n{}`,
    );
  });
});
