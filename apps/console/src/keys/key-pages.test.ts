import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { formatId, type KeyRequest, newUuid, type Uuid } from '@signalbox/contracts';
import { insertApp } from '@signalbox/testing';
import { useOperator } from '../signed-in.harness.js';

describe('the pages of API keys', () => {
  const { postgres, operator } = useOperator();
  let app: Uuid;

  beforeEach(async () => {
    app = await insertApp(postgres.database());
  });

  async function insertKey(name: string, more: { revoked?: boolean; expired?: boolean; cidrs?: string[] } = {}) {
    const id = newUuid();
    await postgres.database().query(
      `INSERT INTO api_key (id, app_id, kind, name, hint, hash, scopes, allowed_cidrs, revoked_at, expires_at)
       VALUES ($1, $2, 'secret', $3, 'sbk_test_abcdef', $7, '{events:read,devices:read}', $4, $5, $6)`,
      [
        ...[id, app, name, more.cidrs ?? []],
        ...[more.revoked === true ? new Date() : null, more.expired === true ? new Date(Date.now() - 1_000) : null],
        randomBytes(32),
      ],
    );
    return id;
  }

  async function insertTrail(
    key: Uuid,
    requests: Partial<KeyRequest>[],
    { seen = requests.length, service = 'push' } = {},
  ) {
    const whole = requests.map((each) => ({
      ...{ at: Date.now(), method: 'GET', route: '/v1/things/:id', status: 200, code: null, ms: 3.5 },
      ...{ network: '203.0.113.0/24', requestId: null, ...each },
    }));
    await postgres
      .database()
      .query(
        `INSERT INTO api_key_trail (id, key_id, service, seen, kept, requests) VALUES ($1, $2, $3, $4, $5, $6::jsonb)`,
        [newUuid(), key, service, seen, whole.length, JSON.stringify(whole)],
      );
  }

  const listOf = (of: Uuid) => operator().page(`/keys?app=${formatId('app', of)}`);
  const words = (page: string) => page.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');

  it('list the keys of an app, the newest first, with their state and last use', async () => {
    await insertKey('old one', { revoked: true });
    await insertKey('short one', { expired: true });
    const used = await insertKey('used one');
    await insertTrail(used, [{ at: Date.now() - 3 * 3_600_000 }]);
    const other = await insertApp(postgres.database());
    const page = words(await listOf(app));
    expect(page).toMatch(/used one.*active 3 h ago.*short one.*expired not in 30 days.*old one.*revoked/);
    expect(words(await listOf(other))).toContain('There are no keys.');
    expect(words(await operator().page('/keys'))).toContain('used one');
  });

  it('go on where a page ends', async () => {
    for (let made = 0; made < 51; made += 1) await insertKey(`key ${made}`);
    const first = await listOf(app);
    expect(words(first)).not.toContain('key 0 ');
    const [, older] = /href="([^"]+)">Older/.exec(first)!;
    const second = await operator().page(older!.replaceAll('&amp;', '&'));
    expect(words(second)).toContain('key 0 ');
    expect(second).not.toContain('Older</a>');
  });

  it('show what a key may, from where, and its last hundred requests over all services, the newest first', async () => {
    const key = await insertKey('busy', { cidrs: ['203.0.113.0/24'] });
    const at = (second: number) => 1_700_000_000_000 + second * 1_000;
    await insertTrail(key, [{ at: at(0), route: '/v1/too-old' }]);
    await insertTrail(
      key,
      Array.from({ length: 99 }, (_, index) => ({ at: at(index + 1) })),
      { seen: 1_099, service: 'payments' },
    );
    const requestId = newUuid();
    await insertTrail(key, [{ at: at(200), status: 503, code: 'unavailable', ms: 1_200.5, requestId }]);
    const id = formatId('key', key);
    expect((await operator().get(`/find?q=${id}`)).headers.get('location')).toBe(`/keys/${id}`);
    const page = await operator().page(`/keys/${id}`);
    expect(page.match(/<tr>/g)).toHaveLength(101);
    expect(words(page)).toMatch(
      new RegExp(`push GET /v1/things/:id 503 unavailable 1200.5 203.0.113.0/24 ${requestId}.*payments GET`),
    );
    expect(page).not.toContain('/v1/too-old');
    expect(words(page)).toContain('Beside 1,000 requests of the same time');
    expect(words(page)).toContain('events:read, devices:read');
  });

  it('lead a strange id nowhere, and say nothing of what opens', async () => {
    expect((await operator().get('/keys/key_x')).status).toBe(404);
    expect((await operator().get(`/keys/${formatId('key', newUuid())}`)).status).toBe(404);
    const key = await insertKey('sealed');
    const { rows } = await postgres
      .database()
      .query<{ hash: string }>(`SELECT encode(hash, 'hex') AS hash FROM api_key WHERE id = $1`, [key]);
    expect(await operator().page(`/keys/${formatId('key', key)}`)).not.toContain(rows[0]!.hash);
  });

  it('have no buttons for webhooks and nothing of a sandbox where the console was not told of them', async () => {
    expect(await operator().page('/')).not.toContain('/sandbox');
    expect((await operator().get('/sandbox')).status).toBe(404);
    const noSuchRoute = { session: operator().session, headers: operator().ours() };
    expect((await operator().call('POST', '/sandbox/apns', noSuchRoute)).status).toBe(404);
    const endpoint = newUuid();
    await postgres
      .database()
      .query(`INSERT INTO webhook_endpoint (id, app_id, url) VALUES ($1, $2, 'https://shop.example/hook')`, [
        endpoint,
        app,
      ]);
    const path = `/webhooks/${formatId('webhookEndpoint', endpoint)}`;
    expect(words(await operator().page('/webhooks'))).toContain('https://shop.example/hook');
    const page = await operator().page(path);
    expect(page).toContain('this console needs EVENTS_URL');
    expect(page).not.toContain(`action="${path}`);
    expect((await operator().call('POST', `${path}/disable`, noSuchRoute)).status).toBe(404);
  });
});
