import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OneConnectionEach } from './one-connection-each.js';

const MOST_BYTES = 100;
const REQUEST = { headers: {}, body: Buffer.from('x') };

describe('a push service that speaks HTTP/1.1 alone', () => {
  let server: Server;
  let endpoint: URL;
  let answer = '';
  beforeAll(async () => {
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(answer));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    endpoint = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/push/x`);
  });
  afterAll(() => {
    server.close();
  });

  it.each([
    ['leads elsewhere', 'HTTP/1.1 307 Elsewhere\r\nLocation: /y\r\nContent-Length: 0\r\n\r\n', 307],
    ['is longer than allowed', `HTTP/1.1 410 Gone\r\nContent-Length: 101\r\n\r\n${'x'.repeat(101)}`, 410],
    ['breaks off', 'HTTP/1.1 201 Created\r\nContent-Length: 50\r\n\r\nhalf', 201],
    ['has a body that it may not have', 'HTTP/1.1 205 Reset\r\nContent-Length: 2\r\n\r\nno', 205],
  ])('has answered with its status when the answer %s', async (_how, text, status) => {
    answer = text;
    const service = new OneConnectionEach({ allowPrivate: true }, MOST_BYTES, undefined);
    expect(await service.post(endpoint, REQUEST, { deadlineMs: 5_000 })).toMatchObject({ kind: 'answered', status });
  });
});
