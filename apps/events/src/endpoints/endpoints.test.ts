import { describe, expect, it } from '@jest/globals';
import { formatId, newUuid } from '@signalbox/contracts';
import { eventually } from '@signalbox/testing';
import { Webhook } from 'standardwebhooks';
import { useEvents } from '../webhooks.harness.js';

const { makeApp, posts, received, sql, url } = useEvents();

describe('a webhook endpoint', () => {
  it('is made, listed, changed and deleted by its app, and is not there for any other', async () => {
    const [app, other] = [await makeApp(), await makeApp()];
    const made = await app.call('POST', '', {
      url: url('/made'),
      description: 'orders',
      eventTypes: ['delivery.sent', 'delivery.sent'],
    });
    expect(made).toMatchObject({
      status: 201,
      body: {
        url: url('/made'),
        description: 'orders',
        eventTypes: ['delivery.sent'],
        ordered: false,
        enabled: true,
        disabledReason: null,
        secret: { kind: 'symmetric', secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/), expiresAt: null },
      },
    });
    const { id, secret, ...view } = made.body;
    const { secret: _shownOnce, ...secretView } = secret;
    const shown = { id, ...view, secrets: [secretView] };
    expect((await app.call('GET', `/${id}`)).body).toEqual(shown);
    expect((await app.call('GET', '')).body).toEqual({ items: [shown], next: null });

    const changed = await app.call('PATCH', `/${id}`, { eventTypes: null, description: null, ordered: true });
    expect(changed.body).toMatchObject({ id, url: view.url, eventTypes: null, description: null, ordered: true });

    for (const [method, path, body] of [
      ['GET', `/${id}`],
      ['PATCH', `/${id}`, { enabled: false }],
      ['DELETE', `/${id}`],
      ['POST', `/${id}/secrets`, {}],
      ['DELETE', `/${id}/secrets/${secret.id}`],
      ['GET', `/${id}/deliveries`],
      ['POST', `/${id}/test`],
      ['POST', `/${id}/recover`, { since: new Date(Date.now() - 1_000).toISOString() }],
      ['POST', `/${id}/deliveries/${formatId('event', newUuid())}/resend`],
      ['GET', `/${formatId('webhookEndpoint', newUuid())}`],
      ['GET', '/rubbish'],
    ] as const) {
      expect([method, path, (await other.call(method, path, body)).status]).toEqual([method, path, 404]);
    }
    expect((await other.call('GET', '')).body.items).toEqual([]);

    expect((await app.call('DELETE', `/${id}`)).status).toBe(204);
    expect((await app.call('GET', `/${id}`)).status).toBe(404);
    expect((await app.call('DELETE', `/${id}`)).status).toBe(404);
    const { rows } = await sql<{ type: string }>('SELECT type FROM event_log WHERE subject = $1 ORDER BY id', [id]);
    expect(rows.map((row) => row.type)).toEqual([
      'webhook_endpoint.created',
      'webhook_endpoint.changed',
      'webhook_endpoint.deleted',
    ]);
  });

  it.each([
    ['plain http', 'http://example.com/hook'],
    ['a loopback address', 'https://127.0.0.1/hook'],
    ['a decimal address', 'https://2130706433/hook'],
    ['a mapped address', 'https://[::ffff:127.0.0.1]/hook'],
    ['the metadata of a cloud', 'https://169.254.169.254/latest/meta-data'],
    ['a name of this machine', 'https://localhost/hook'],
    ['a user', 'https://user:pass@example.com/hook'],
    ['a low port', 'https://example.com:22/hook'],
    ['no URL', 'example.com/hook'],
  ])('of a live app is refused with %s, and the answer names the field', async (_what, hostile) => {
    const app = await makeApp('live');
    const refused = { status: 422, body: { errors: [{ pointer: '/url', reason: expect.any(String) }] } };
    expect(await app.call('POST', '', { url: hostile })).toMatchObject(refused);
    const { id } = (await app.call('POST', '', { url: 'https://example.com/hook' })).body;
    expect(await app.call('PATCH', `/${id}`, { url: hostile })).toMatchObject(refused);
  });

  it('needs a key with the scope, for reading and for writing', async () => {
    const [reader, writer] = [await makeApp('test', ['webhooks:read']), await makeApp('test', ['webhooks:write'])];
    const body = { url: 'https://example.com' };
    expect((await reader.call('GET', '')).status).toBe(200);
    expect((await reader.call('POST', '', body)).status).toBe(403);
    expect((await writer.call('GET', '')).status).toBe(403);
    expect((await writer.call('POST', '', body)).status).toBe(201);
  });

  it.each([
    [{ url: 'https://example.com', eventTypes: ['no.such'] }, '/eventTypes/0'],
    [{ url: 'https://example.com', eventTypes: [] }, '/eventTypes'],
    [{ url: 'https://example.com', retries: 3 }, '/retries'],
    [{ url: 'https://example.com', secret: { kind: 'symmetric', key: 'whsec_c2hvcnQ=' } }, '/secret/key'],
    [
      { url: 'https://example.com', secret: { kind: 'ed25519', key: `whsk_${Buffer.alloc(64).toString('base64')}` } },
      '/secret/key',
    ],
    [{ url: `https://example.com/${'x'.repeat(3_000)}` }, '/url'],
    [{}, '/url'],
  ])('is not made of what it cannot be: %#', async (body, pointer) => {
    const app = await makeApp();
    expect(await app.call('POST', '', body)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
  });
});

describe('secrets', () => {
  it('overlap: the old one signs beside the new one until it expires, and an ed25519 key beside both', async () => {
    const app = await makeApp();
    const hook = await app.makeEndpoint({ eventTypes: ['delivery.sent'] });
    const add = async (body: object) => (await app.call('POST', `/${hook.id}/secrets`, body)).body;
    const rotated = await add({ othersExpireAfterSeconds: 3_600 });
    expect(rotated).toMatchObject({ kind: 'symmetric', expiresAt: null });
    const asymmetric = await add({ secret: { kind: 'ed25519' }, othersExpireAfterSeconds: null });
    expect(asymmetric).toMatchObject({ kind: 'ed25519', publicKey: expect.stringMatching(/^whpk_/) });
    expect(asymmetric).not.toHaveProperty('secret');

    const post = async (turn: number) => {
      await app.fact('delivery.sent');
      await eventually(() => expect(posts(hook)).toHaveLength(turn));
      const { body, headers } = posts(hook)[turn - 1]!;
      return { body, headers: headers as Record<string, string> };
    };
    const first = await post(1);
    for (const secret of [hook.secret, rotated.secret]) new Webhook(secret).verify(first.body, first.headers);
    const schemes = first.headers['webhook-signature']!.split(' ').map((each) => each.split(',')[0]);
    expect(schemes).toEqual(['v1a', 'v1', 'v1']);

    await sql(`UPDATE webhook_secret SET expires_at = now() WHERE endpoint_id = $1 AND expires_at IS NOT NULL`, [
      hook.uuid,
    ]);
    const second = await post(2);
    expect(() => new Webhook(hook.secret).verify(second.body, second.headers)).toThrow();
    new Webhook(rotated.secret).verify(second.body, second.headers);
  });

  it('end at once when they are deleted, but for the last that does not expire', async () => {
    const app = await makeApp();
    const hook = await app.makeEndpoint();
    const [first] = (await app.call('GET', `/${hook.id}`)).body.secrets;
    const add = (body: object = { othersExpireAfterSeconds: null }) => app.call('POST', `/${hook.id}/secrets`, body);
    const remove = () => app.call('DELETE', `/${hook.id}/secrets/${first.id}`);
    expect(await remove()).toMatchObject({ status: 409, body: { code: 'last_secret' } });
    await add();
    expect((await remove()).status).toBe(204);
    expect((await remove()).status).toBe(404);
    for (let more = 0; more < 4; more += 1) expect((await add()).status).toBe(201);
    expect(await add()).toMatchObject({ status: 409, body: { code: 'too_many_secrets' } });
    expect((await add({ othersExpireAfterSeconds: 0 })).status).toBe(201);
    expect((await app.call('GET', `/${hook.id}`)).body.secrets).toHaveLength(1);
  });

  it('are sealed in the database', async () => {
    const hook = await (await makeApp()).makeEndpoint();
    const plain = Buffer.from(hook.secret.slice('whsec_'.length), 'base64');
    const { rows } = await sql<{ sealed: Buffer }>('SELECT sealed FROM webhook_secret WHERE endpoint_id = $1', [
      hook.uuid,
    ]);
    expect(rows.map(({ sealed }) => sealed.includes(plain))).toEqual([false]);
  });
});

describe('a test event', () => {
  it('goes to the endpoint alone that was asked, whatever it wants', async () => {
    const app = await makeApp();
    const [asked, other] = [await app.makeEndpoint({ eventTypes: ['delivery.dead'] }), await app.makeEndpoint()];
    const { status, body } = await app.call('POST', `/${asked.id}/test`);
    expect([status, body.eventType]).toEqual([202, 'webhook_endpoint.test']);
    await eventually(() =>
      expect(received(asked)).toMatchObject([{ type: 'webhook_endpoint.test', subject: asked.id }]),
    );
    await app.fact('delivery.sent', 'ntf_after');
    await eventually(() => expect(received(other).map((event) => event.type)).toContain('delivery.sent'));
    expect(received(other).map((event) => event.type)).not.toContain('webhook_endpoint.test');
  });
});
