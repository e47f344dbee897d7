import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { formatId, newUuid } from '@signalbox/contracts';
import { openPrisma, prismaSql, type Sql } from '@signalbox/database';
import { createLogger } from '@signalbox/telemetry';
import { canStartRedis, eventually, startRedis } from '@signalbox/testing';
import { useAccess } from '../access.harness.js';
import { RevocationRelay } from '../stream/revocation-relay.js';
import { streamKeys } from '../stream/stream-message.js';
import { connectRedis, leaveRedis } from '../connect-redis.js';
import type { TokenAuthenticator } from '../token-authenticator.js';
import { RevocationList } from './revocation-list.js';
import { writeRevocations } from './write-revocations.js';

const silent = createLogger('test', 'silent');
const asked = (method: string) => ({ method, url: '/v1/things', dpop: undefined, address: '127.0.0.1' });

describe('revocations', () => {
  const under = useAccess();
  const directory = mkdtempSync(join(tmpdir(), 'signalbox-revocations-'));
  afterAll(() => rm(directory, { recursive: true, force: true }));

  const session = () => formatId('session', newUuid());
  const tokenOf = (sessionId: string, over: Record<string, unknown> = {}) =>
    under.issuer().userToken(under.app(), { sessionId, over });
  const verify = (by: TokenAuthenticator, token: string, method = 'GET') => by.verify(`Bearer ${token}`, asked(method));
  const refused = (by: TokenAuthenticator, token: string) =>
    eventually(() => expect(verify(by, token)).rejects.toMatchObject({ code: 'invalid_token' }), {
      within: 5_000,
      every: 5,
    });
  const revoke = (value: string) => writeRevocations(under.database(), [{ kind: 'sid', value }]);

  describe('in memory', () => {
    const entry = { kind: 'sub' as const, value: 'usr_1', expiresAt: 2_000, writtenAt: 0 };
    const token = { sid: 'ses_1', sub: 'usr_1', clientId: 'cli_1', issuedAt: 100 };

    it('are of a session, a user, a client or a key, and of nobody else', () => {
      for (const [kind, value] of [
        ['sid', 'ses_1'],
        ['sub', 'usr_1'],
        ['client', 'cli_1'],
        ['key', 'cli_1'],
      ] as const) {
        const list = new RevocationList();
        list.add({ ...entry, kind, value });
        expect([list.has(token), list.has({ sid: 'x', sub: 'x', clientId: 'x', issuedAt: 0 })]).toEqual([true, false]);
      }
    });

    it('of tokens before a moment leave those of later seconds alone, and the later of two moments counts', () => {
      const list = new RevocationList();
      list.add({ ...entry, before: 100.5 });
      list.add({ ...entry, before: 90 });
      expect([99, 100, 101].map((issuedAt) => list.has({ ...token, issuedAt }))).toEqual([true, true, false]);
      expect(list.add(entry)).toBe(true);
      expect(list.has({ ...token, issuedAt: 10_000 })).toBe(true);
      expect(list.add({ ...entry, before: 99_999 })).toBe(false);
    });

    it('are forgotten when no token can be alive that they are about', () => {
      const list = new RevocationList();
      list.add(entry);
      list.prune(1_999);
      expect(list.size).toBe(1);
      list.prune(2_000);
      expect(list.size).toBe(0);
    });
  });

  describe('without Redis', () => {
    it('are known at the start, and soon after their commit, to everybody', async () => {
      const [old, fresh, alive] = [session(), session(), session()];
      await revoke(old);
      const services = [await under.open(), await under.open()];
      for (const { authenticator } of services) {
        await expect(verify(authenticator, await tokenOf(old))).rejects.toMatchObject({ code: 'invalid_token' });
      }
      const token = await tokenOf(fresh);
      for (const { authenticator } of services)
        expect(await verify(authenticator, token)).toMatchObject({ kind: 'user' });
      await revoke(fresh);
      for (const { authenticator } of services) {
        await refused(authenticator, token);
        expect(await verify(authenticator, await tokenOf(alive))).toMatchObject({ kind: 'user' });
      }
    });

    it('of a transaction that commits late, behind others, are not missed; one that rolls back revokes nothing', async () => {
      const { authenticator } = await under.open();
      const [late, early, never] = [session(), session(), session()];
      const tokens = { late: await tokenOf(late), early: await tokenOf(early), never: await tokenOf(never) };
      await under.database().transaction(async (tx) => {
        await writeRevocations(tx, [{ kind: 'sid', value: late }]);
        await revoke(early);
        await refused(authenticator, tokens.early);
        expect(await verify(authenticator, tokens.late)).toMatchObject({ kind: 'user' });
      });
      await refused(authenticator, tokens.late);
      const rolledBack = under.database().transaction(async (tx) => {
        await writeRevocations(tx, [{ kind: 'sid', value: never }]);
        throw new Error('no');
      });
      await expect(rolledBack).rejects.toThrow('no');
      expect(await verify(authenticator, tokens.never)).toMatchObject({ kind: 'user' });
    });

    it('can be written in a transaction of Prisma, many at once, with and without a moment', async () => {
      const { authenticator } = await under.open();
      const user = formatId('user', newUuid());
      const [before, after] = await Promise.all(
        [-30, 4].map((iat) =>
          under.issuer().userToken(under.app(), { userId: user, over: { iat: Math.floor(Date.now() / 1_000) + iat } }),
        ),
      );
      const prisma = openPrisma(under.databaseUrl(), 'test');
      await prisma.$transaction((tx) =>
        writeRevocations(prismaSql(tx), [
          { kind: 'sub', value: user, before: new Date() },
          ...Array.from({ length: 500 }, () => ({ kind: 'sid' as const, value: session() })),
        ]),
      );
      await prisma.$disconnect();
      await refused(authenticator, before!);
      expect(await verify(authenticator, after!)).toMatchObject({ kind: 'user' });
    });

    it('are read again when the connection that listens was cut', async () => {
      const { authenticator } = await under.open();
      const sql = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'signalbox-test-revocations' AND datname = current_database()`;
      await under.database().query(sql);
      const sid = session();
      const token = await tokenOf(sid);
      await revoke(sid);
      await refused(authenticator, token);
    });
  });

  describe('while the feed is silent', () => {
    /** A database that can be away for the feed, and for the look that replaces it. */
    function unsteady() {
      const away = { feed: false, look: false };
      const sql: Sql = {
        query: (text, params) => {
          const isAway = text.includes('pg_snapshot_xmin') ? away.feed : text.includes('to_timestamp') && away.look;
          return isAway ? Promise.reject(new Error('away')) : under.database().query(text, params);
        },
      };
      return { away, sql };
    }

    it('reads are taken, writes are looked up, and refused with 503 when that cannot be done', async () => {
      const { away, sql } = unsteady();
      const { authenticator } = await under.open({}, { sql });
      const [dead, alive] = [session(), session()];
      const tokens = { dead: await tokenOf(dead), alive: await tokenOf(alive) };
      expect(await verify(authenticator, tokens.dead, 'POST')).toMatchObject({ kind: 'user' });
      away.feed = true;
      await revoke(dead);
      await eventually(
        () => expect(verify(authenticator, tokens.dead, 'POST')).rejects.toMatchObject({ status: 401 }),
        {
          within: 8_000,
        },
      );
      expect(await verify(authenticator, tokens.dead, 'GET')).toMatchObject({ kind: 'user' });
      expect(await verify(authenticator, tokens.alive, 'POST')).toMatchObject({ kind: 'user' });
      away.look = true;
      await expect(verify(authenticator, tokens.alive, 'DELETE')).rejects.toMatchObject({ status: 503 });
      expect(await verify(authenticator, tokens.alive, 'HEAD')).toMatchObject({ kind: 'user' });
      away.feed = false;
      await refused(authenticator, tokens.dead);
      expect(await verify(authenticator, tokens.alive, 'DELETE')).toMatchObject({ kind: 'user' });
    }, 20_000);
  });

  const withRedis = canStartRedis() ? describe : describe.skip;
  withRedis('with Redis', () => {
    async function stage(name: string, { isCluster = false, hasRelay = true } = {}) {
      const settings = isCluster ? { 'cluster-enabled': 'yes', 'cluster-announce-ip': '127.0.0.1', databases: 1 } : {};
      const redis = (await startRedis({ directory: join(directory, name), settings }))!;
      if (isCluster) {
        await redis.ask('CLUSTER ADDSLOTSRANGE 0 16383');
        await eventually(async () => expect(await redis.ask('CLUSTER INFO')).toContain('cluster_state:ok'));
      }
      const redisUrl = isCluster ? redis.url.replace('redis', 'redis-cluster') : redis.url;
      const prefix = `{${name}}`;
      const relay = new RevocationRelay({
        sql: under.database(),
        databaseUrl: under.databaseUrl(),
        redisUrl,
        prefix,
        logger: silent,
      });
      if (hasRelay) relay.start();
      const { authenticator, close } = await under.open({ REDIS_URL: redisUrl, QUEUE_PREFIX: prefix });
      const leave = async () => {
        await close();
        await relay.stop();
        await redis.stop();
      };
      return { redis, prefix, relay, authenticator, leave };
    }
    const revokeAndSee = async (authenticator: TokenAuthenticator) => {
      const sid = session();
      const token = await tokenOf(sid);
      expect(await verify(authenticator, token)).toMatchObject({ kind: 'user' });
      await revoke(sid);
      await refused(authenticator, token);
    };

    it.each([
      ['one Redis', false],
      ['a Redis Cluster', true],
    ])(
      'come by the stream of %s, which shows signs of life',
      async (_what, isCluster) => {
        const { authenticator, redis, prefix, leave } = await stage(isCluster ? 'slots' : 'flows', { isCluster });
        await revokeAndSee(authenticator);
        const client = connectRedis(redis.url, () => undefined);
        const { stream } = streamKeys(prefix);
        await eventually(async () => expect(await client.xlen(stream)).toBeGreaterThan(2));
        await leaveRedis(client);
        await leave();
      },
      20_000,
    );

    it('are not missed when Redis is emptied, killed, started empty or silent', async () => {
      const { authenticator, redis, leave } = await stage('faults');
      await revokeAndSee(authenticator);
      await redis.flushAll();
      await revokeAndSee(authenticator);
      await redis.kill();
      await revokeAndSee(authenticator);
      await redis.lose();
      await redis.start();
      await revokeAndSee(authenticator);
      redis.pause();
      await revokeAndSee(authenticator);
      redis.resume();
      await revokeAndSee(authenticator);
      await leave();
    }, 60_000);

    it.each([
      ['whose message is missing in the stream', 'gap', 2, undefined, true],
      ['in a stream that another server goes on with, whatever its numbers are,', 'run', 1, 'another', true],
      ['in a stream that was empty and that another server begins', 'begun', 1, 'another', false],
    ])(
      '%s are read from the database',
      async (_which, name, ahead, otherRun, hasRelay) => {
        const { authenticator, redis, prefix, relay, leave } = await stage(name, { hasRelay });
        await revokeAndSee(authenticator);
        const { stream, number } = streamKeys(prefix);
        const client = connectRedis(redis.url, () => undefined);
        // What was seen until now may have come from the database.
        await eventually(async () => expect(await client.xlen(stream)).toBeGreaterThan(hasRelay ? 0 : -1));
        // The relay has gone, and somebody else writes who knows less.
        await relay.stop();
        const sid = session();
        const token = await tokenOf(sid);
        await under
          .database()
          .query(
            `INSERT INTO revocation_event (kind, value, expires_at) VALUES ('sid', $1, now() + interval '1 minute')`,
            [sid],
          );
        const next = await client.incrby(number, ahead);
        const run = otherRun ?? /run_id:(\w+)/.exec(await redis.ask('INFO server'))![1]!;
        await client.xadd(stream, '*', 'run', run, 'number', next, 'knownAt', Date.now(), 'entries', '[]');
        const askedAt = performance.now();
        await refused(authenticator, token);
        // At once, and not only when the stream has been silent for a while.
        expect(performance.now() - askedAt).toBeLessThan(1_000);
        await leaveRedis(client);
        await leave();
      },
      20_000,
    );
  });
});
