import { Agent, get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import type { FastifyReply } from 'fastify';
import { startTinyService } from '../test/tiny-service.js';
import { allow } from './index.js';

const ANSWERS: Readonly<Record<string, (reply: FastifyReply) => void>> = {
  'as usual': (reply) => void reply.send({ held: true }),
  'by somebody who has taken the answer over, as sign-in does': (reply) => {
    reply.hijack();
    reply.raw.end('{"held":true}');
  },
};

describe('who was being answered when a service was asked to stop', () => {
  it.each(Object.keys(ANSWERS))('is told to come back over another connection: %s', async (how) => {
    const [hasCome, mayGo] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const service = await startTinyService({
      extraRoutes: [{ prefix: '/held', allow: allow.publicly('a test') }],
      onFastify: async (fastify) => {
        fastify.get('/held', (_request, reply) => {
          hasCome.resolve();
          void mayGo.promise.then(() => ANSWERS[how]!(reply));
        });
      },
    });
    const agent = new Agent({ keepAlive: true });
    const answered = new Promise<IncomingMessage>((resolve, reject) =>
      get(`${service.url}/held`, { agent }, resolve).once('error', reject),
    );
    await hasCome.promise;
    const closed = service.close();
    mayGo.resolve();
    const answer = await answered;
    expect([answer.statusCode, answer.headers.connection]).toEqual([200, 'close']);
    expect(await text(answer)).toBe('{"held":true}');
    await closed;
  });
});
