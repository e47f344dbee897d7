import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type KeyRequest, newUuid, type Scope, type Uuid } from '@signalbox/contracts';
import { createLogger } from '@signalbox/telemetry';
import { insertAppWithKey, usePostgres } from '@signalbox/testing';
import { startTinyService } from '../../test/tiny-service.js';
import { ApiKeyAuthenticator } from '../api-key-authenticator.js';
import type { Answered } from './answered.js';
import { KeyTrail } from './key-trail.js';

describe('the last requests of an API key', () => {
  const postgres = usePostgres();

  const trailOf = async (key: Uuid) =>
    (
      await postgres
        .database()
        .query<{ service: string; seen: number; kept: number; requests: KeyRequest[] }>(
          `SELECT service, seen, kept, requests FROM api_key_trail WHERE key_id = $1 ORDER BY id`,
          [key],
        )
    ).rows;

  describe('of a service', () => {
    let url: string;
    let close: () => Promise<void>;
    const keys: { key: string; id: Uuid }[] = [];

    beforeAll(async () => {
      const database = postgres.database();
      for (const scopes of [['notifications:write'], ['notifications:read']] satisfies Scope[][]) {
        const { id: app, key } = await insertAppWithKey(database, scopes);
        const { rows } = await database.query<{ id: Uuid }>(`SELECT id FROM api_key WHERE app_id = $1`, [app]);
        keys.push({ key, id: rows[0]!.id });
      }
      const service = await startTinyService({
        authenticator: new ApiKeyAuthenticator(database, { operatorToken: 'sbo_operator-of-the-test' }),
        keyTrailIn: database,
      });
      [url, close] = [service.url, () => service.close()];
    });

    it('are written when it stops, at the latest: what was asked by its template, from which network, and what came of it', async () => {
      const [writer, reader] = keys;
      const requestId = 'C4B3A2F0-0000-4000-8000-000000000001';
      const put = (key: string, body: object, headers: Record<string, string>) =>
        fetch(`${url}/v1/parcels/secret-parcel?dryRun=true`, {
          method: 'PUT',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
          body: JSON.stringify(body),
        });
      const parcel = { to: { userId: 'ann' }, content: {} };
      expect((await put(writer!.key, parcel, { 'x-request-id': requestId })).status).toBe(200);
      expect((await put(writer!.key, {}, { 'x-request-id': 'ann@example.com' })).status).toBe(422);
      expect((await put(reader!.key, parcel, {})).status).toBe(403);
      await fetch(`${url}/v1/parcels`, { headers: { authorization: 'Bearer sbo_operator-of-the-test' } });
      await close();
      expect(await trailOf(writer!.id)).toMatchObject([
        {
          ...{ service: 'tiny', seen: 2, kept: 2 },
          requests: [
            {
              ...{ method: 'PUT', route: '/v1/parcels/:parcelId', status: 200, code: null, network: '127.0.0.0/24' },
              ...{ requestId: requestId.toLowerCase(), at: expect.any(Number), ms: expect.any(Number) },
            },
            { status: 422, code: 'invalid_request', requestId: null },
          ],
        },
      ]);
      // Whom the guard refuses has used a key as well.
      expect(await trailOf(reader!.id)).toMatchObject([
        { requests: [{ route: '/v1/parcels/:parcelId', status: 403, code: 'insufficient_scope' }] },
      ]);
      const { rows } = await postgres
        .database()
        .query<{ text: string; keys: number }>(
          `SELECT string_agg(requests::text, '') AS text, count(DISTINCT key_id)::int AS keys FROM api_key_trail`,
        );
      expect(rows[0]!.keys).toBe(2);
      expect(rows[0]!.text).not.toMatch(/secret-parcel|dryRun|ann/);
    });
  });

  describe('in numbers', () => {
    let trail: KeyTrail;
    const lines: string[] = [];
    const logger = createLogger('trail', 'warn', { write: (line) => lines.push(line) });

    beforeAll(() => {
      trail = new KeyTrail({ sql: postgres.database(), service: 'test', logger });
    });
    afterAll(() => trail.stop());

    const see = (key: Uuid, at: number, status = 200): void => {
      const answered: Answered = {
        ...{ at, status, method: 'GET', route: '/v1/things', code: null, ms: 1.26 },
        ...{ address: '2001:db8:1:2::3', requestId: undefined },
      };
      trail.saw(key, answered);
    };

    it('are the newest hundred of a rush, and those that failed before all others', async () => {
      const key = newUuid();
      for (let at = 1; at <= 1_000; at += 1) see(key, at, at <= 30 ? 503 : 200);
      await trail.stop();
      const [row] = await trailOf(key);
      expect(row).toMatchObject({ seen: 1_000, kept: 100 });
      expect(row!.requests.map(({ at }) => at)).toEqual([
        ...Array.from({ length: 30 }, (_, index) => index + 1),
        ...Array.from({ length: 70 }, (_, index) => index + 931),
      ]);
      expect(row!.requests[0]).toMatchObject({ ms: 1.3, network: '2001:db8:1::/48' });
    });

    it('stay a hundred and what came with them, however long the key is used', async () => {
      const [busy, rare] = [newUuid(), newUuid()];
      see(rare, 0);
      for (let round = 1; round <= 6; round += 1) {
        for (let each = 0; each < 60; each += 1) see(busy, round * 1_000 + each);
        await trail.stop();
      }
      const rows = await trailOf(busy);
      // Two rows hold a hundred; the one that was written last goes unnoticed until the next.
      expect(rows.map(({ requests }) => requests[0]!.at)).toEqual([4_000, 5_000, 6_000]);
      expect(await trailOf(rare)).toHaveLength(1);
    });

    it('are written at once where more keys are used than are remembered', async () => {
      const keys = Array.from({ length: 1_200 }, () => newUuid());
      for (const key of keys.slice(0, 500)) see(key, 1);
      // They are on their way, and another five hundred are remembered meanwhile.
      for (const key of keys.slice(500)) see(key, 2);
      await trail.stop();
      const { rows } = await postgres
        .database()
        .query<{ at: number; n: number }>(
          `SELECT (requests -> 0 ->> 'at')::int AS at, count(*)::int AS n FROM api_key_trail WHERE key_id = ANY ($1) GROUP BY 1 ORDER BY 1`,
          [keys],
        );
      expect(rows).toEqual([
        { at: 1, n: 500 },
        { at: 2, n: 500 },
      ]);
    });

    it('go after thirty days', async () => {
      const key = newUuid();
      const old = '018f0000-0000-7000-8000-000000000001';
      await postgres
        .database()
        .query(
          `INSERT INTO api_key_trail (id, key_id, service, seen, kept, requests) VALUES ($1, $2, 'x', 0, 0, '[]')`,
          [old, key],
        );
      const fresh = new KeyTrail({ sql: postgres.database(), service: 'test', logger });
      fresh.saw(newUuid(), {
        ...{ at: 1, status: 200, method: 'GET', route: '/', code: null, ms: 1 },
        ...{ address: undefined, requestId: undefined },
      });
      await fresh.stop();
      expect(await trailOf(key)).toEqual([]);
      expect(lines).toEqual([]);
    });

    it('are given up while the database is away, and keep nobody from anything', async () => {
      const away = new KeyTrail({ sql: { query: () => Promise.reject(new Error('away')) }, service: 'test', logger });
      away.saw(newUuid(), {
        ...{ at: 1, status: 200, method: 'GET', route: '/', code: null, ms: 1 },
        ...{ address: undefined, requestId: undefined },
      });
      await away.stop();
      expect(lines.join('')).toContain('the last requests of API keys could not be written');
    });
  });
});
