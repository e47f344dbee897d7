import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fastifyOf, { type FastifyInstance } from 'fastify';
import { limitBodies } from './body-deadline.js';

describe('a body that comes slowly', () => {
  let fastify: FastifyInstance;
  const sockets: Socket[] = [];
  let rest: PromiseWithResolvers<void>;
  beforeAll(async () => {
    fastify = fastifyOf();
    limitBodies(fastify, 100);
    fastify.addContentTypeParser('application/x-ndjson', (_request, body, done) => done(null, body));
    fastify.post('/json', async () => ({ read: true }));
    fastify.post('/lines', async ({ raw }) => {
      const chunks: unknown[] = [];
      for await (const chunk of raw) {
        chunks.push(chunk);
        rest.resolve();
      }
      return { read: chunks.length > 1 };
    });
    fastify.get('/slow', async () => {
      await rest.promise;
      return { read: true };
    });
    await fastify.listen({ port: 0, host: '127.0.0.1' });
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await fastify.close();
  });

  async function begin(head: string): Promise<{ socket: Socket; answer: Promise<string> }> {
    const { port } = fastify.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    await once(socket, 'connect');
    socket.write(`${head}\r\nHost: here\r\n`);
    return { socket, answer: once(socket, 'data').then(([data]) => String(data)) };
  }

  it('is cut off after its time', async () => {
    const { socket, answer } = await begin('POST /json HTTP/1.1');
    socket.write('Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{');
    expect(await answer).toMatch(/^HTTP\/1\.1 408 [^]*"code":"request_timeout"/);
  });

  it('may take longer in lines; and an answer may take longer than a body', async () => {
    rest = Promise.withResolvers();
    const cutOff = await begin('POST /json HTTP/1.1');
    cutOff.socket.write('Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{');
    const slow = await begin('GET /slow HTTP/1.1');
    slow.socket.write('\r\n');
    const lines = await begin('POST /lines HTTP/1.1');
    lines.socket.write('Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n');
    expect(await cutOff.answer).toContain(' 408 ');
    // Begun after the others, so its time would be over when the next is cut off.
    const another = await begin('POST /json HTTP/1.1');
    another.socket.write('Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{');
    expect(await another.answer).toContain(' 408 ');
    lines.socket.write('2\r\n1\n\r\n');
    expect(await slow.answer).toContain(' 200 ');
    lines.socket.write('2\r\n2\n\r\n0\r\n\r\n');
    expect(await lines.answer).toMatch(/ 200 [^]*"read":true/);
  });
});
