import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createHash } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import * as client from 'openid-client';
import {
  type AppleConfiguration,
  appleSecret,
  type AppleSecretChange,
  formOf,
  type Person,
  posted,
  REDIRECT,
  SignInHarness,
} from './sign-in.harness.js';

jest.setTimeout(30_000);

let harness: SignInHarness;
let ann: Person;
let cleo: Person;
beforeAll(async () => {
  harness = await SignInHarness.start();
  [ann, , cleo] = await harness.people('apple');
});
afterEach(() => harness.control('POST', 'apple/reset'));
afterAll(() => harness.stop());

const FORM = { scope: 'name email', response_mode: 'form_post' };

/** What the page posts to the relying party. */
async function formFor(url: URL): Promise<Record<string, string>> {
  const { action, fields } = formOf(await (await fetch(url)).text());
  expect(action).toBe(REDIRECT);
  return fields;
}

async function exchange(fields: Record<string, string>): Promise<[number, Record<string, unknown>]> {
  const response = await fetch(`${harness.origin}/apple/auth/token`, {
    method: 'POST',
    body: new URLSearchParams(fields),
  });
  return [response.status, (await response.json()) as Record<string, unknown>];
}

describe('the Apple stand-in', () => {
  it('signs in with openid-client as it is, by a form that is posted, and tells the name the first time only', async () => {
    const config = await harness.appleParty();
    const { url, checks } = await harness.journey(config, { ...FORM, login_hint: ann.sub });
    const fields = await formFor(url);
    expect(JSON.parse(String(fields['user']))).toEqual({
      name: { firstName: 'Ann', lastName: 'Archer' },
      email: 'ann@example.com',
    });
    const tokens = await client.authorizationCodeGrant(config, posted(REDIRECT, fields), checks);
    expect(tokens.claims()).toMatchObject({
      iss: `${harness.origin}/apple`,
      aud: 'dev.signalbox.demo.web',
      sub: ann.sub,
      email: 'ann@example.com',
      email_verified: 'true',
      nonce_supported: true,
    });
    expect(tokens.claims()).not.toHaveProperty('name');
    expect(decodeProtectedHeader(String(tokens.id_token))).toEqual({ alg: 'RS256', kid: expect.any(String) });
    const { url: again } = await harness.journey(config, { ...FORM, login_hint: ann.sub });
    expect(await formFor(again)).not.toHaveProperty('user');
  });

  it('hides the address of whoever wants that, in the same way each time', async () => {
    const config = await harness.appleParty();
    const { url, checks } = await harness.journey(config, { ...FORM, login_hint: cleo.sub });
    const fields = await formFor(url);
    const tokens = await client.authorizationCodeGrant(config, posted(REDIRECT, fields), checks);
    const { people } = await harness.control<{ people: { relayAddress?: string }[] }>('GET', 'apple/people');
    const email = people[2]?.relayAddress;
    expect(email).toMatch(/^[0-9a-f]{10}@privaterelay\.appleid\.com$/);
    expect(tokens.claims()).toMatchObject({ email, email_verified: 'true', is_private_email: 'true' });
    await harness.control('PUT', 'apple/behaviour', { idToken: ['json-booleans'] });
    const refreshed = await client.refreshTokenGrant(config, String(tokens.refresh_token));
    expect(refreshed.claims()).toMatchObject({ email, email_verified: true, is_private_email: true });
  });

  it('refreshes without giving another refresh token, until it is revoked', async () => {
    const config = await harness.appleParty();
    const tokens = await harness.signIn(config, { scope: 'openid', login_hint: ann.sub });
    const refreshed = await client.refreshTokenGrant(config, String(tokens.refresh_token));
    expect(refreshed).toMatchObject({ token_type: 'bearer', expires_in: 3600 });
    expect(refreshed.refresh_token).toBeUndefined();
    await client.tokenRevocation(config, String(tokens.refresh_token), { token_type_hint: 'refresh_token' });
    await client.tokenRevocation(config, String(tokens.refresh_token));
    const over = client.refreshTokenGrant(config, String(tokens.refresh_token));
    await expect(over).rejects.toMatchObject({ error: 'invalid_grant', status: 400 });
    // Whoever was revoked is new again.
    const { url } = await harness.journey(config, { ...FORM, login_hint: ann.sub });
    expect(await formFor(url)).toHaveProperty('user');
  });

  it.each<[string, AppleSecretChange]>([
    ['another team', { iss: 'OTHERTEAM1' }],
    ['another client', { sub: 'dev.signalbox.demo' }],
    ['another audience', { aud: 'https://accounts.google.com' }],
    ['a key that Apple does not know', { kid: 'NOSUCHKEY1' }],
    ['no time left', { seconds: -10 }],
    ['more than six months', { seconds: 15_777_100 }],
  ])('does not take a client secret with %s', async (_name, change) => {
    const config = await harness.appleParty(undefined, change);
    const refused = harness.signIn(config, { scope: 'openid', login_hint: ann.sub });
    await expect(refused).rejects.toMatchObject({ error: 'invalid_client', status: 400 });
  });

  it('wants form_post for name and email, and never an ID token in a query', async () => {
    const config = await harness.appleParty();
    const pageOf = async (params: Record<string, string>): Promise<string> =>
      (await fetch((await harness.journey(config, { login_hint: ann.sub, ...params })).url)).text();
    expect(await pageOf({ scope: 'email' })).toContain('response_mode must be form_post');
    expect(await pageOf({ scope: '', response_type: 'code id_token' })).toContain('Invalid response mode');
    const both = formOf(await pageOf({ ...FORM, response_type: 'code id_token' })).fields;
    const hash = createHash('sha256').update(String(both['code'])).digest().subarray(0, 16).toString('base64url');
    expect(decodeJwt(String(both['id_token']))).toMatchObject({ c_hash: hash, sub: ann.sub });
    await harness.control('PUT', 'apple/decision', { cancel: true });
    expect(formOf(await pageOf({ ...FORM, login_hint: '' })).fields).toMatchObject({
      error: 'user_cancelled_authorize',
    });
  });

  it('gives an app what its bundle id alone can exchange, without a redirect', async () => {
    const configuration = await harness.control<AppleConfiguration>('GET', 'apple/client');
    const signIn = { sub: ann.sub, nonce: 'hashed' };
    const native = await harness.control<Record<string, string>>('POST', 'apple/native', signIn);
    expect(native['user']).toEqual({ name: { firstName: 'Ann', lastName: 'Archer' }, email: 'ann@example.com' });
    expect(decodeJwt(String(native['identityToken']))).toMatchObject({
      aud: 'dev.signalbox.demo',
      nonce: 'hashed',
      email_verified: 'true',
      real_user_status: 2,
    });
    const { servicesId } = configuration;
    const form = async (id: string) => ({
      ...{ client_id: id, client_secret: await appleSecret(configuration, id) },
      ...{ grant_type: 'authorization_code', code: String(native['authorizationCode']) },
    });
    expect(await exchange(await form(servicesId))).toEqual([
      400,
      { error: 'invalid_grant', error_description: expect.stringContaining('client_id mismatch') },
    ]);
    const [status, tokens] = await exchange(await form('dev.signalbox.demo'));
    expect([status, tokens]).toMatchObject([200, { refresh_token: expect.any(String), expires_in: 3600 }]);
    expect(await exchange(await form('dev.signalbox.demo'))).toMatchObject([400, { error: 'invalid_grant' }]);
    const again = await harness.control<Record<string, string>>('POST', 'apple/native', signIn);
    expect(again['user']).toBeUndefined();
    expect(decodeJwt(String(again['identityToken']))).not.toHaveProperty('real_user_status');
  });

  it('takes clients of a team of your own, with its own key', async () => {
    const { keys } = (await harness.box.control('GET', '/v1/apns/keys')).body as { keys: { publicKey: string }[] };
    const own = { teamId: 'MYOWNTEAM2', publicKey: keys[0]?.publicKey };
    await harness.box.control('PUT', '/v1/apns/keys/MYOWNKEY02', own);
    const declared = { clientId: 'com.example.app', kind: 'services', teamId: 'MYOWNTEAM2', redirectUris: [REDIRECT] };
    await harness.control('POST', 'apple/clients', declared);
    const config = await harness.appleParty('com.example.app', { iss: 'MYOWNTEAM2', kid: 'MYOWNKEY02' });
    const tokens = await harness.signIn(config, { scope: 'openid', login_hint: ann.sub });
    expect(tokens.claims()).toMatchObject({ aud: 'com.example.app' });
    const mixed = await harness.appleParty(undefined, { kid: 'MYOWNKEY02' });
    const refused = harness.signIn(mixed, { scope: 'openid', login_hint: ann.sub });
    await expect(refused).rejects.toMatchObject({ error: 'invalid_client' });
  });
});
