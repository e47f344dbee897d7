import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { parseId } from '@signalbox/contracts';
import { decodeJwt } from 'jose';
import { ProofKey } from '../../dpop.harness.js';
import { TEST_ISSUER } from '../../sign-in.harness.js';
import { type TestApp, useSocial } from '../social.harness.js';

const social = useSocial();
const control = <Answer>(path: string, body: object) =>
  social.sandbox().control<Answer>('POST', `/v1/sign-in/${path}`, body);

/** What the SDK of a provider hands over, by the names that our grant has for it. */
async function fromSdk(provider: string, sub: string, nonce: string | undefined, more: object = {}) {
  const answer = await control<Record<string, string>>(`${provider}/native`, {
    sub,
    ...(nonce === undefined ? {} : { nonce }),
    ...more,
  });
  return {
    id_token: answer['idToken'] ?? answer['identityToken']!,
    code: answer['serverAuthCode'] ?? answer['authorizationCode'] ?? answer['code']!,
  };
}

async function nonceOf(app: TestApp, provider: string): Promise<string> {
  const { status, body } = await social.call('POST', '/v1/sign-in/native/nonce', { provider }, app.publishableKey);
  expect(status).toBe(201);
  return body.nonce;
}

const signIn = (app: TestApp, more: Record<string, string>, headers?: Record<string, string>) =>
  social
    .visitor(app)
    .phone.token({ grant_type: 'urn:signalbox:native-sign-in', scope: 'openid account:manage', ...more }, headers);

let people = 0;
async function somebody(provider: string, more: object = {}): Promise<string> {
  people += 1;
  const person = { email: `native${people}@example.com`, name: 'Nat Ive', ...more };
  return (await control<{ sub: string }>(`${provider}/people`, person)).sub;
}

describe('signing in on a phone', () => {
  it.each([
    ['google', 'id_token'],
    ['google', 'code'],
    ['apple', 'id_token'],
    ['apple', 'code'],
    ['acme', 'id_token'],
    ['acme', 'code'],
  ] as const)('takes what the SDK of %s gave as %s, once, and is a session like any other', async (provider, kind) => {
    const app = await social.newAppWithProviders();
    const nonce = await nonceOf(app, provider);
    const given = await fromSdk(provider, await somebody(provider), nonce);
    const { status, tokens } = await signIn(app, { provider, nonce, [kind]: given[kind] });
    expect([status, tokens]).toEqual([200, expect.objectContaining({ token_type: 'Bearer', expires_in: 300 })]);
    const claims = decodeJwt(tokens.access_token);
    expect(claims).toMatchObject({ amr: ['fed'], scope: 'openid account:manage', sid: expect.stringMatching(/^ses_/) });
    expect(decodeJwt(tokens.id_token)).toMatchObject({ sub: claims.sub, nonce });
    const [user] = await social.users(app);
    expect(user!.id).toBe(parseId('user', claims.sub!));
    const phone = social.visitor(app).phone;
    expect((await phone.refresh(tokens.refresh_token)).status).toBe(200);
    expect(await social.events(app, 'auth.signed_in')).toHaveLength(1);
  });

  it('keeps the bundle id with an identity from an Apple phone, since revoking needs the same', async () => {
    const app = await social.newAppWithProviders();
    const nonce = await nonceOf(app, 'apple');
    const { code } = await fromSdk('apple', await somebody('apple'), nonce);
    await signIn(app, { provider: 'apple', nonce, code, name: 'Nat Ive' });
    const [identity] = await social.identities(app);
    expect(identity).toMatchObject({ client_id: 'dev.signalbox.demo', refresh_token: expect.any(Buffer) });
    expect((await social.users(app))[0]!.name).toBe('Nat Ive');
  });

  it('takes the SHA-256 of the nonce, as Apple teaches it', async () => {
    const app = await social.newAppWithProviders();
    const nonce = await nonceOf(app, 'apple');
    const hashed = createHash('sha256').update(nonce).digest('hex');
    const { id_token } = await fromSdk('apple', await somebody('apple'), hashed);
    expect((await signIn(app, { provider: 'apple', nonce, id_token })).status).toBe(200);
  });

  it('asks whoever hides their address whether they have an account; the same token makes one', async () => {
    const app = await social.newAppWithProviders();
    const nonce = await nonceOf(app, 'apple');
    for (const kind of ['code', 'id_token'] as const) {
      const fresh = await nonceOf(app, 'apple');
      const given = await fromSdk('apple', await somebody('apple', { privateRelay: true }), fresh);
      const request = { provider: 'apple', nonce: fresh, [kind]: given[kind] };
      const asked = await signIn(app, request);
      expect([asked.status, asked.tokens.error]).toEqual([400, 'account_selection_required']);
      const stolen = await signIn(app, { provider: 'apple', nonce: fresh, [kind]: 'another', new_account: 'true' });
      expect(stolen.status).toBe(400);
      expect((await signIn(app, { ...request, new_account: 'true' })).status).toBe(200);
      expect((await signIn(app, { ...request, new_account: 'true' })).tokens.error).toBe('invalid_grant');
    }
    expect(await social.users(app)).toHaveLength(2);
    expect(nonce).not.toBe('');
  });

  it('is refused with a reason where it is not meant for us', async () => {
    const app = await social.newAppWithProviders();
    const sub = await somebody('google');
    const attempt = async (twist: Record<string, unknown>) => {
      await social.sandbox().control('PUT', '/v1/sign-in/google/behaviour', { idToken: twist['idToken'] ?? [] });
      const nonce = await nonceOf(app, 'google');
      const { id_token } = await fromSdk('google', sub, twist['noNonce'] === true ? undefined : nonce);
      await social.sandbox().control('DELETE', '/v1/sign-in/google/behaviour');
      const { status, tokens } = await signIn(app, { provider: 'google', nonce, id_token });
      return [status, tokens.error, tokens.error_description];
    };
    const refused = (why: string) => [400, 'invalid_grant', `this proves no identity (${why})`];
    expect(await attempt({ idToken: ['wrong-audience'] })).toEqual(refused('wrong_audience'));
    expect(await attempt({ idToken: ['expired'] })).toEqual(refused('expired_token'));
    expect(await attempt({ idToken: ['wrong-signature'] })).toEqual(refused('bad_signature'));
    expect(await attempt({ idToken: ['alg-none'] })).toEqual(refused('bad_signature'));
    expect(await attempt({ idToken: ['duplicate-keys'] })).toEqual(refused('bad_answer'));
    expect(await attempt({ noNonce: true })).toEqual(refused('wrong_nonce'));
    expect(await social.users(app)).toEqual([]);
    // Whoever brings bad tokens closes the way for nobody else.
    expect(await social.events(app, 'auth.provider_trouble')).toEqual([]);
  });

  it('says that the provider is in trouble, and that the browser is the way', async () => {
    const app = await social.newAppWithProviders();
    const nonce = await nonceOf(app, 'google');
    const { code } = await fromSdk('google', await somebody('google'), nonce);
    await social
      .sandbox()
      .control('PUT', '/v1/sign-in/google/behaviour', { faults: [{ route: 'token', status: 500 }] });
    const { status, tokens } = await signIn(app, { provider: 'google', nonce, code });
    await social.sandbox().control('DELETE', '/v1/sign-in/google/behaviour');
    expect([status, tokens.error]).toEqual([400, 'temporarily_unavailable']);
  });

  it('needs the parameters that it needs', async () => {
    const app = await social.newAppWithProviders();
    const nonce = await nonceOf(app, 'google');
    for (const wrong of [
      {},
      { provider: 'google' },
      { provider: 'google', nonce },
      { provider: 'google', nonce, code: 'a', id_token: 'b' },
    ]) {
      expect((await signIn(app, wrong as Record<string, string>)).tokens.error).toBe('invalid_request');
    }
    expect(
      (await social.call('POST', '/v1/sign-in/native/nonce', { provider: 'none' }, app.publishableKey)).status,
    ).toBe(404);
  });
});

describe('check 13: the nonce of a phone', () => {
  it('check 13: is good once, for one app and one provider', async () => {
    const [app, other] = [await social.newAppWithProviders(), await social.newAppWithProviders()];
    const sub = await somebody('google');
    const nonce = await nonceOf(app, 'google');
    const { id_token } = await fromSdk('google', sub, nonce);
    const unknown = 'this proves no identity (unknown_nonce)';
    expect((await signIn(other, { provider: 'google', nonce, id_token })).tokens.error_description).toBe(unknown);
    expect((await signIn(app, { provider: 'apple', nonce, id_token })).tokens.error_description).toBe(unknown);
    expect((await signIn(app, { provider: 'google', nonce: 'made-up', id_token })).tokens.error_description).toBe(
      unknown,
    );
    expect((await signIn(app, { provider: 'google', nonce, id_token })).status).toBe(200);
    expect((await signIn(app, { provider: 'google', nonce, id_token })).tokens.error_description).toBe(unknown);
  });

  it('check 13: a token that was made for another nonce is a replay', async () => {
    const app = await social.newAppWithProviders();
    const { id_token } = await fromSdk('google', await somebody('google'), await nonceOf(app, 'google'));
    const { tokens } = await signIn(app, { provider: 'google', nonce: await nonceOf(app, 'google'), id_token });
    expect(tokens.error_description).toBe('this proves no identity (wrong_nonce)');
  });

  it('check 13: of parallel sign-ins with one nonce, one gets in', async () => {
    const app = await social.newAppWithProviders();
    const nonce = await nonceOf(app, 'google');
    const { id_token } = await fromSdk('google', await somebody('google'), nonce);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => signIn(app, { provider: 'google', nonce, id_token })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await social.events(app, 'auth.signed_in')).toHaveLength(1);
  });
});

describe('a phone without a browser', () => {
  it('is known by the key that it holds, and not by the installation that a request names', async () => {
    const app = await social.newAppWithProviders();
    await social
      .database()
      .query('INSERT INTO auth_settings (app_id, settings, version) VALUES ($1, $2, 1)', [
        app.id,
        { anomalies: { newDevice: 'step_up' } },
      ]);
    const sub = await somebody('google');
    const [own, other] = [await ProofKey.make(), await ProofKey.make()];
    const attempt = async (key?: ProofKey): Promise<unknown> => {
      const nonce = await nonceOf(app, 'google');
      const { id_token } = await fromSdk('google', sub, nonce);
      const headers = key && { dpop: await key.proof('POST', `${TEST_ISSUER}/oauth/token`) };
      const request = { provider: 'google', nonce, id_token, device_id: 'installation-7' };
      const { tokens } = await signIn(app, request, headers);
      return tokens.error ?? tokens.token_type;
    };
    expect(await attempt(own)).toBe('DPoP');
    expect(await attempt(own)).toBe('DPoP');
    expect(await attempt(other)).toBe('interaction_required');
    expect(await attempt()).toBe('interaction_required');
  });

  it('is not known by a proof that somebody else has seen: that one is refused', async () => {
    const app = await social.newAppWithProviders();
    const sub = await somebody('google');
    const proof = await (await ProofKey.make()).proof('POST', `${TEST_ISSUER}/oauth/token`);
    const attempt = async (): Promise<number> => {
      const nonce = await nonceOf(app, 'google');
      const { id_token } = await fromSdk('google', sub, nonce);
      return (await signIn(app, { provider: 'google', nonce, id_token }, { dpop: proof })).status;
    };
    expect(await attempt()).toBe(200);
    expect(await attempt()).toBe(400);
  });
});
