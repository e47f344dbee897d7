import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canStartRedis, eventually, useOwnRedis, usePostgres } from '@signalbox/testing';
import { goodToken, type Stack, startStack } from './stack.js';

const PREFIX = { QUEUE_PREFIX: '{signalbox}' };
/** The users of docs/redis.md: of one Redis, and of a cluster. */
const documented =
  readFileSync(join(import.meta.dirname, '../docs/redis.md'), 'utf8').match(/^ACL SETUSER .*$/gm) ?? [];
const canRun = canStartRedis();

(canRun ? describe : describe.skip)(
  `the user of Redis that the documentation makes${canRun ? '' : ' (skipped: there is no redis-server on PATH)'}`,
  () => {
    let stack: Stack;
    afterAll(() => stack.stop(), 30_000);
    const redis = useOwnRedis();
    const postgres = usePostgres();
    beforeAll(async () => {
      const [ofOne] = documented;
      await redis()!.ask(ofOne!);
      stack = await startStack({
        databaseUrl: postgres.url(),
        redisUrl: redis()!.url.replace('://', '://signalbox:password@'),
        authEnv: PREFIX,
        pushEnv: { ...PREFIX, REQUEST_LIMITS: 'send=10/10' },
      });
      await stack.registerDevice(stack.app, { installation: 'phone', user: 'ann', token: goodToken() });
    }, 60_000);

    it('may do all that services do: send, count limits, hear of revocations; nothing is refused', async () => {
      const content = { to: { userId: 'ann' }, content: { body: 'hello' } };
      for (let sent = 1; sent <= 3; sent += 1)
        expect((await stack.push_('POST', '/v1/notifications', content)).status).toBe(202);
      await eventually(() => expect(stack.received()).toHaveLength(3), { within: 20_000 });
      await eventually(async () => {
        const keys = await redis()!.ask('KEYS *');
        expect(keys).toMatch(/^\{signalbox\}:limit:push:send:/m);
        expect(keys).toMatch(/^\{signalbox\}:push\.apns\./m);
      });
      expect(await redis()!.ask('ACL LOG')).toBe('');
      expect(stack.push.output()).not.toContain('limits are counted by each process alone');
    }, 40_000);

    it('may do so in a cluster, where each queue has a hash tag of its own', async () => {
      await redis()!.ask(documented[1]!.replace('signalbox on', 'of-cluster on'));
      for (const key of ['{signalbox:push.apns.bulk}:push.apns.bulk:wait', '{signalbox}:limit:push:send:key'])
        expect(await redis()!.ask(`ACL DRYRUN of-cluster HGETALL ${key}`)).toBe('OK');
      for (const command of ['CLUSTER SLOTS', 'CLUSTER INFO', 'TIME', 'INFO'])
        expect(await redis()!.ask(`ACL DRYRUN of-cluster ${command}`)).toBe('OK');
      expect(await redis()!.ask('ACL DRYRUN of-cluster GET {other}:key')).not.toBe('OK');
    });
  },
);
