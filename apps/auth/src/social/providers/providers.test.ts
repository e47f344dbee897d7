import { describe, expect, it } from '@jest/globals';
import { newUuid, formatId } from '@signalbox/contracts';
import { TEST_ISSUER } from '../../sign-in.harness.js';
import { configurations, useSocial } from '../social.harness.js';

const social = useSocial();

describe('sign-in providers of an app', () => {
  it('show what is pinned and what is to be set up over there, and never a secret', async () => {
    const app = await social.newAppWithProviders();
    const { status, body } = await social.call('GET', `/v1/apps/${app.publicId}/sign-in-providers`);
    expect(status).toBe(200);
    expect(body.items.map(({ name, kind, displayName }: Record<string, string>) => [name, kind, displayName])).toEqual([
      ['google', 'google', 'Google'],
      ['apple', 'apple', 'Apple'],
      ['acme', 'oidc', 'Acme'],
    ]);
    expect(body.items[0]).toMatchObject({
      version: 1,
      issuer: `${social.standIns()}/google`,
      endpoints: { token: `${social.standIns()}/google/token`, revocation: `${social.standIns()}/google/revoke` },
      redirectUri: `${TEST_ISSUER}/sign-in/callback/google/${app.publicId}`,
      noticesUri: `${TEST_ISSUER}/webhooks/google/${app.publicId}`,
    });
    const secrets = Object.values(await configurations(social.sandbox(), social.standIns())).flatMap((config) =>
      'privateKey' in config ? [config.privateKey.slice(40, 80)] : [config.clientSecret],
    );
    const { rows } = await social.database().query('SELECT * FROM sign_in_provider WHERE app_id = $1', [app.id]);
    const kept = rows.map((row) =>
      Object.values(row as object)
        .map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : JSON.stringify(value)))
        .join(),
    );
    for (const secret of secrets) {
      expect(JSON.stringify(body)).not.toContain(secret);
      expect(kept.join()).not.toContain(secret);
    }
  });

  it('are replaced, counted up and taken away, and the app hears of it', async () => {
    const app = await social.newAppWithProviders();
    const { acme } = await configurations(social.sandbox(), social.standIns());
    const path = `/v1/apps/${app.publicId}/sign-in-providers/acme`;
    expect((await social.call('PUT', path, { ...acme, displayName: 'New' })).body).toMatchObject({
      version: 2,
      displayName: 'New',
    });
    expect((await social.call('GET', path)).body).toMatchObject({ version: 2, displayName: 'New' });
    expect((await social.call('DELETE', path)).status).toBe(204);
    expect([(await social.call('DELETE', path)).status, (await social.call('GET', path)).status]).toEqual([404, 404]);
    expect((await social.events(app, 'sign_in_provider.changed')).at(-1)).toEqual({
      provider: 'acme',
      kind: 'oidc',
      version: 2,
    });
    expect(await social.events(app, 'sign_in_provider.removed')).toEqual([{ provider: 'acme', kind: 'oidc' }]);
    expect(await social.side().buttonsOf(app.id)).toEqual([
      { name: 'google', label: 'Google', brand: 'google' },
      { name: 'apple', label: 'Apple', brand: 'apple' },
    ]);
  });

  it('pin Google and Apple as they are known, and reach for no network', async () => {
    const app = await social.newApp();
    const { google, apple } = await configurations(social.sandbox(), social.standIns());
    for (const [name, config, token] of [
      ['google', google, 'https://oauth2.googleapis.com/token'],
      ['apple', apple, 'https://appleid.apple.com/auth/token'],
    ] as const) {
      const { endpoint: _endpoint, ...real } = config;
      const { status, body } = await social.call('PUT', `/v1/apps/${app.publicId}/sign-in-providers/${name}`, real);
      expect([status, body.endpoints.token]).toEqual([200, token]);
    }
  });

  it('of a live app are never a stand-in, nor in a private network', async () => {
    const id = newUuid();
    await social.database().query(`INSERT INTO app (id, name, mode) VALUES ($1, 'Shop', 'live')`, [id]);
    const path = `/v1/apps/${formatId('app', id)}/sign-in-providers`;
    const { google, acme } = await configurations(social.sandbox(), social.standIns());
    const standIn = await social.call('PUT', `${path}/google`, google);
    expect([standIn.status, standIn.body.errors[0].pointer]).toEqual([422, '/endpoint']);
    const inside = await social.call('PUT', `${path}/acme`, acme);
    expect([inside.status, inside.body.errors[0].pointer]).toEqual([422, '/issuer']);
  });

  it.each([
    ['a name that is none', 'Google', {}, 422],
    ['a kind that is none', 'google', { kind: 'facebook' }, 422],
    ['no secret', 'google', { kind: 'google', clientId: 'web' }, 422],
    [
      'a key of another kind',
      'apple',
      { kind: 'apple', teamId: 'TEAM123456', keyId: 'KEY1234567', privateKey: 'x' },
      422,
    ],
    [
      'an issuer with a query',
      'acme',
      { kind: 'oidc', issuer: 'https://a.example?x', clientId: 'a', clientSecret: 'b' },
      422,
    ],
  ])('are refused with %s', async (_what, name, config, status) => {
    const app = await social.newApp();
    expect((await social.call('PUT', `/v1/apps/${app.publicId}/sign-in-providers/${name}`, config)).status).toBe(
      status,
    );
  });

  it('need the scope for credentials, and are of their own app', async () => {
    const [app, other] = [await social.newApp(), await social.newApp()];
    const path = `/v1/apps/${app.publicId}/sign-in-providers`;
    expect((await social.call('GET', path, undefined, app.publishableKey)).status).toBe(403);
    expect((await social.call('GET', path, undefined, 'sbk_test_nothing')).status).toBe(401);
    expect((await social.call('GET', path, undefined, other.publishableKey)).status).toBe(403);
  });
});
