import { beforeEach, describe, expect, it } from '@jest/globals';
import { formatId, newUuid, type UserScope } from '@signalbox/contracts';
import { ACR } from '@signalbox/http';
import { usePostgres } from '@signalbox/testing';
import { useUserRoutes } from '../../user-routes.harness.js';
import { ISSUER, MfaStage } from '../mfa.harness.js';
import { MfaModule } from '../mfa.module.js';
import { SoftAuthenticator } from '../passkeys/authenticator.harness.js';
import type { AppUser } from '../user.js';

const {
  stage: postgres,
  tokenOf,
  foreignTokenOf,
  call,
} = useUserRoutes(usePostgres, {
  module: ({ database }) => {
    stage = new MfaStage(database());
    return MfaModule.with(stage.mfa);
  },
  hasSecondFactor: (caller) => stage.mfa.hasSecondFactor(caller),
});
let stage: MfaStage;
let user: AppUser;

beforeEach(async () => {
  user = await stage.user();
});

const FACTORS = '/v1/me/factors';
const CHANGES = [
  ['POST', `${FACTORS}/totp`, {}],
  ['POST', `${FACTORS}/totp/${formatId('factor', newUuid())}/confirm`, { code: '123456' }],
  ['POST', `${FACTORS}/passkeys/options`, undefined],
  ['POST', `${FACTORS}/passkeys`, { answer: {} }],
  ['DELETE', `${FACTORS}/${formatId('factor', newUuid())}`, undefined],
  ['POST', `${FACTORS}/recovery-codes`, undefined],
] as const;

describe('check 22: a change of second factors', () => {
  it.each(CHANGES)('%s %s needs a sign-in of the last ten minutes', async (method, path, body) => {
    const old = await call(method, path, tokenOf(user, { age: 601 }), body);
    expect(old.status).toBe(401);
    expect(old.body).toMatchObject({ code: 'insufficient_user_authentication' });
    expect(old.headers.get('www-authenticate')).toBe('Bearer error="insufficient_user_authentication", max_age="600"');
    const unknown = await call(method, path, tokenOf(user, { authTime: undefined as never }), body);
    expect(unknown.status).toBe(401);
    expect((await call(method, path, tokenOf(user, { age: 590 }), body)).status).not.toBe(401);
  });

  it.each(CHANGES)('%s %s needs the second factor of whoever has one', async (method, path, body) => {
    await stage.withTotp(user);
    const weak = await call(method, path, tokenOf(user), body);
    expect(weak.status).toBe(401);
    expect(weak.body).toMatchObject({ code: 'insufficient_user_authentication' });
    expect(weak.headers.get('www-authenticate')).toBe(
      'Bearer error="insufficient_user_authentication", acr_values="urn:signalbox:2fa", max_age="600"',
    );
    expect((await call(method, path, tokenOf(user, { acr: ACR.twoFactors }), body)).status).not.toBe(401);
    const oldAndStrong = await call(method, path, tokenOf(user, { acr: ACR.twoFactors, age: 601 }), body);
    expect(oldAndStrong.status).toBe(401);
  });

  it.each(CHANGES)(
    '%s %s is for a user who may manage the account, and for nobody else',
    async (method, path, body) => {
      const other = tokenOf(user, { scopes: new Set<UserScope>(['payments:read-own']) });
      expect((await call(method, path, other, body)).status).toBe(403);
      expect((await call(method, path, tokenOf(user, { userId: 'auth0|123' }), body)).status).not.toBe(200);
      expect((await call(method, path, undefined, body)).status).toBe(401);
    },
  );
});

describe('what a session asked for that was ended meanwhile', () => {
  it('makes no generator count, removes no factor and makes no recovery codes', async () => {
    const [{ id: kept, codes }, sessionId] = [await stage.withTotp(user), newUuid()];
    await postgres.database().query(
      `INSERT INTO auth_session (id, app_id, user_id, client_id, auth_time, acr, amr, expires_at, revoked_at, revoked_reason)
       VALUES ($1, $2, $3, 'cli_1', now(), 'urn:signalbox:2fa', '{pwd,otp}', now() + interval '1 day', now(), 'revoked')`,
      [sessionId, user.appId, user.userId],
    );
    const token = tokenOf(user, { acr: ACR.twoFactors, sessionId: formatId('session', sessionId) });
    const { body } = await call('POST', `${FACTORS}/totp`, token, {});
    const { id, secret } = body as { id: string; secret: string };
    for (const [method, path, asked] of [
      ['POST', `/totp/${id}/confirm`, { code: stage.codeOf(secret) }],
      ['DELETE', `/${formatId('factor', kept)}`, undefined],
      ['POST', '/recovery-codes', undefined],
    ] as const) {
      const answer = await call(method, `${FACTORS}${path}`, token, asked);
      expect([method, answer.status, answer.body['code']]).toEqual([method, 401, 'invalid_token']);
    }
    expect((await call('GET', FACTORS, tokenOf(user))).body).toMatchObject({
      items: [{ id: formatId('factor', kept) }],
      recoveryCodesLeft: 10,
    });
    expect(await stage.mfa.secondFactors.verifyRecoveryCode(user, codes[0]!)).toMatchObject({ end: 'passed' });
  });
});

describe('a generator', () => {
  it('is set up, listed, used and removed', async () => {
    const token = tokenOf(user);
    const begun = await call('POST', `${FACTORS}/totp`, token, { name: ' Pixel ' });
    expect(begun.status).toBe(201);
    expect(begun.headers.get('cache-control')).toBe('no-store');
    const { id, secret, url } = begun.body as unknown as Record<string, string>;
    expect(url).toContain(`secret=${secret}`);
    expect(decodeURIComponent(url!)).toContain(`Shop:${user.userId}@example.com`);
    expect((await call('GET', FACTORS, token)).body).toEqual({ items: [], recoveryCodesLeft: 0 });

    const confirm = `${FACTORS}/totp/${id}/confirm`;
    const wrong = await call('POST', confirm, token, { code: stage.codeOf(secret!, 9) });
    expect(wrong.body).toMatchObject({ status: 422, errors: [{ pointer: '/code' }] });
    const confirmed = await call('POST', confirm, token, { code: stage.codeOf(secret!) });
    expect(confirmed.status).toBe(200);
    expect(confirmed.body['recoveryCodes']).toHaveLength(10);
    expect((await call('GET', FACTORS, token)).body).toEqual({
      items: [{ id, kind: 'totp', name: 'Pixel', synced: null, createdAt: expect.any(String), lastUsedAt: null }],
      recoveryCodesLeft: 10,
    });

    const strong = tokenOf(user, { acr: ACR.twoFactors });
    expect((await call('POST', confirm, strong, { code: stage.codeOf(secret!) })).status).toBe(404);
    expect((await call('DELETE', `${FACTORS}/${id}`, strong)).status).toBe(204);
    expect((await call('DELETE', `${FACTORS}/${id}`, token)).status).toBe(404);
    expect((await call('GET', FACTORS, token)).body).toEqual({ items: [], recoveryCodesLeft: 0 });
  });

  it('is not for an app that switched second factors off', async () => {
    stage.set(user.appId, { mfa: 'off' });
    const answer = await call('POST', `${FACTORS}/totp`, tokenOf(user), {});
    expect(answer.body).toMatchObject({ status: 409, code: 'mfa_off' });
  });

  it('cannot be the last one to go where the app requires one', async () => {
    const { id } = await stage.withTotp(user);
    stage.set(user.appId, { mfa: 'required' });
    const path = `${FACTORS}/${formatId('factor', id)}`;
    const answer = await call('DELETE', path, tokenOf(user, { acr: ACR.twoFactors }));
    expect(answer.body).toMatchObject({ status: 409, code: 'last_factor' });
  });

  it.each([{ code: 123_456 }, { code: '12345' }, { code: 'abcdef' }, {}, { code: '123456', userId: 'usr_1' }])(
    'is not confirmed by %j',
    async (body) => {
      const path = `${FACTORS}/totp/${formatId('factor', newUuid())}/confirm`;
      expect((await call('POST', path, tokenOf(user), body)).status).toBe(422);
    },
  );
});

describe('a passkey', () => {
  it('is set up by what the platform answered, once', async () => {
    const [token, device] = [tokenOf(user), new SoftAuthenticator()];
    const { body: options } = await call('POST', `${FACTORS}/passkeys/options`, token);
    expect(options).toMatchObject({ rp: { id: 'auth.shop.example' }, user: { name: `${user.userId}@example.com` } });
    const answer = device.create(options as never, { origin: ISSUER });
    const added = await call('POST', `${FACTORS}/passkeys`, token, { name: 'Laptop', answer });
    expect(added.status).toBe(201);
    expect(added.body['recoveryCodes']).toHaveLength(10);
    const strong = tokenOf(user, { acr: ACR.twoFactors });
    const again = await call('POST', `${FACTORS}/passkeys`, strong, { name: 'Laptop', answer });
    expect(again.body).toMatchObject({ status: 409, code: 'no_challenge' });
    const listed = await call('GET', FACTORS, token);
    expect(listed.body['items']).toMatchObject([
      { id: added.body['id'], kind: 'passkey', name: 'Laptop', synced: false },
    ]);
  });

  it('stays where nothing else opens the account, and goes where an identity does that can', async () => {
    const [token, device] = [tokenOf(user), new SoftAuthenticator()];
    const { body: options } = await call('POST', `${FACTORS}/passkeys/options`, token);
    const answer = device.create(options as never, { origin: ISSUER });
    const { id } = (await call('POST', `${FACTORS}/passkeys`, token, { answer })).body;
    const remove = () => call('DELETE', `${FACTORS}/${String(id)}`, tokenOf(user, { acr: ACR.twoFactors }));
    const refusal = { status: 409, body: { code: 'last_way_in' } };
    expect(await remove()).toMatchObject(refusal);
    const sql = (text: string) => postgres.database().query(text, [user.appId, user.userId]);
    await sql(`
      INSERT INTO identity (id, app_id, user_id, provider, issuer, subject, client_id, email_verified, is_private_email)
      VALUES (gen_random_uuid(), $1, $2, 'apple', 'https://appleid.apple.com', 'ann', 'x', false, true)`);
    // Its provider is gone, and comes back.
    expect(await remove()).toMatchObject(refusal);
    await postgres.database().query(
      `INSERT INTO sign_in_provider (app_id, name, kind, version, sealed, metadata)
       VALUES ($1, 'apple', 'apple', 1, '', '{}')`,
      [user.appId],
    );
    for (const state of ['suspended_at', 'withdrawn_at']) {
      await sql(`UPDATE identity SET ${state} = now() WHERE app_id = $1 AND user_id = $2`);
      expect(await remove()).toMatchObject(refusal);
      await sql(`UPDATE identity SET ${state} = NULL WHERE app_id = $1 AND user_id = $2`);
    }
    expect((await remove()).status).toBe(204);
  });

  it('is refused from an origin that is not ours, naming what is wrong', async () => {
    const [token, device] = [tokenOf(user), new SoftAuthenticator()];
    const { body: options } = await call('POST', `${FACTORS}/passkeys/options`, token);
    const answer = device.create(options as never, { origin: 'https://evil.test' });
    const refusal = await call('POST', `${FACTORS}/passkeys`, token, { answer });
    expect(refusal.body).toMatchObject({ status: 422, errors: [{ pointer: '/answer' }] });
  });

  it.each([{}, { answer: null }, { answer: { id: '', rawId: '', type: 'public-key', response: {} } }])(
    'is not %j',
    async (body) => {
      expect((await call('POST', `${FACTORS}/passkeys`, tokenOf(user), body)).status).toBe(422);
    },
  );
});

describe('recovery codes', () => {
  it('are made anew for whoever has a factor', async () => {
    const path = `${FACTORS}/recovery-codes`;
    expect((await call('POST', path, tokenOf(user))).body).toMatchObject({ status: 409, code: 'no_factor' });
    const { codes } = await stage.withTotp(user);
    const made = await call('POST', path, tokenOf(user, { acr: ACR.twoFactors }));
    expect(made.status).toBe(201);
    expect(made.headers.get('cache-control')).toBe('no-store');
    expect(new Set([...(made.body['recoveryCodes'] as string[]), ...codes]).size).toBe(20);
  });
});

describe("another user's factors", () => {
  it('are neither seen nor removed, in the same app or another', async () => {
    const { id } = await stage.withTotp(user);
    for (const other of [await stage.user(user.appId), await stage.user()]) {
      const token = tokenOf(other);
      expect((await call('GET', FACTORS, token)).body['items']).toEqual([]);
      expect((await call('DELETE', `${FACTORS}/${formatId('factor', id)}`, token)).status).toBe(404);
    }
  });

  it.each(['fct_zzz', 'usr_01h455vb4pex5vsknk084sn02q', '%00'])('have no id like %s', async (id) => {
    expect([404, 422]).toContain((await call('DELETE', `${FACTORS}/${id}`, tokenOf(user))).status);
  });

  it('of another issuer are kept there', async () => {
    const answer = await call('GET', FACTORS, tokenOf(user, { userId: 'auth0|123' }));
    expect(answer.body).toMatchObject({ status: 403, code: 'foreign_user' });
  });

  it('are out of reach of another issuer, even if that calls its user what we call one of ours', async () => {
    const { body: options } = await call('POST', `${FACTORS}/passkeys/options`, tokenOf(user));
    const answer = new SoftAuthenticator().create(options as never, { origin: ISSUER });
    for (const [method, path, body] of [['GET', FACTORS, undefined] as const, ...CHANGES]) {
      const sent = path === `${FACTORS}/passkeys` ? { answer } : body;
      const refused = await call(method, path, foreignTokenOf(user), sent);
      expect(refused).toMatchObject({ status: 403, body: { code: 'foreign_user' } });
    }
  });
});

describe('phone apps', () => {
  it('are told to Android and iOS, those of all apps', async () => {
    const save = async (appLinks: object): Promise<void> => {
      const sql = 'INSERT INTO auth_settings (app_id, settings, version) VALUES ($1, $2, 1)';
      await postgres.database().query(sql, [await stage.app(), JSON.stringify({ appLinks })]);
    };
    const fingerprint = Array(32).fill('AB').join(':');
    await save({ android: [{ packageName: 'com.a', sha256Fingerprints: [fingerprint] }], ios: [] });
    await save({ android: [], ios: [{ teamId: 'TEAM123456', bundleId: 'com.b' }] });

    const android = await call('GET', '/.well-known/assetlinks.json', undefined);
    expect(android.headers.get('content-type')).toMatch(/^application\/json/);
    expect(android.headers.get('cache-control')).toMatch(/^public, max-age=/);
    expect(android.body).toEqual([
      {
        relation: ['delegate_permission/common.handle_all_urls', 'delegate_permission/common.get_login_creds'],
        target: {
          namespace: 'android_app',
          package_name: 'com.a',
          sha256_cert_fingerprints: [fingerprint],
        },
        relation_extensions: {
          'delegate_permission/common.handle_all_urls': {
            dynamic_app_link_components: [{ '/': '*', exclude: true }],
          },
        },
      },
    ]);
    const ios = await call('GET', '/.well-known/apple-app-site-association', undefined);
    expect(ios.headers.get('content-type')).toMatch(/^application\/json/);
    expect(ios.body).toEqual({ webcredentials: { apps: ['TEAM123456.com.b'] } });
  });
});
