import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { DEAD_QUEUE_NAMES, QUEUE_NAMES } from '@signalbox/contracts';
import { openQueueBackend } from '@signalbox/queues';
import { createLogger } from '@signalbox/telemetry';
import { canStartRedis, eventually, startRedis } from '@signalbox/testing';
import { fastify } from 'fastify';
import { mountBoard } from './board.js';

const logger = createLogger('console', 'silent');

(canStartRedis() ? describe : describe.skip)('a board that was mounted while Redis was away', () => {
  it('says so, and shows every queue once Redis is back', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'signalbox-redis-'));
    const redis = (await startRedis({ directory }))!;
    await redis.stop();
    const backend = openQueueBackend({ redisUrl: redis.url, databaseUrl: '', prefix: '{board}', logger });
    const server = fastify();
    server.decorateRequest('operator', null);
    server.decorateRequest('formToken', null);
    try {
      await mountBoard(server, backend);
      expect((await server.inject('/queues')).statusCode).toBe(200);
      const away = await server.inject('/queues/api/queues');
      expect([away.statusCode, away.json()]).toEqual([503, expect.objectContaining({ code: 'unavailable' })]);

      await redis.start();
      await eventually(async () => {
        const answer = await server.inject('/queues/api/queues');
        expect(answer.statusCode).toBe(200);
        expect(answer.json<{ queues: object[] }>().queues).toHaveLength(QUEUE_NAMES.length + DEAD_QUEUE_NAMES.length);
      });
    } finally {
      await server.close();
      await backend.close();
      await redis.stop();
      await rm(directory, { recursive: true });
    }
  }, 30_000);
});
