import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import * as client from 'openid-client';
import { formOf, REDIRECT, SignInHarness, type WebConfiguration } from './sign-in.harness.js';

jest.setTimeout(30_000);

let harness: SignInHarness;
beforeAll(async () => {
  harness = await SignInHarness.start();
});
afterEach(() => harness.control('POST', 'google/reset'));
afterAll(() => harness.stop());

/** A request to the token endpoint as a backend without a library makes it. */
async function exchange(fields: Record<string, string>): Promise<{ status: number; body: Record<string, unknown> }> {
  const { clientId, clientSecret } = await harness.control<WebConfiguration>('GET', 'google/client');
  const form = { client_id: clientId, client_secret: clientSecret, grant_type: 'authorization_code', ...fields };
  const response = await fetch(`${harness.origin}/google/token`, { method: 'POST', body: new URLSearchParams(form) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('the Google stand-in', () => {
  it.each([client.ClientSecretPost, client.ClientSecretBasic])(
    'signs in with openid-client as it is, %p',
    async (authentication) => {
      const config = await harness.webParty('google', authentication);
      const tokens = await harness.signIn(config);
      expect(tokens.claims()).toMatchObject({
        iss: `${harness.origin}/google`,
        aud: config.clientMetadata().client_id,
        azp: config.clientMetadata().client_id,
        sub: '110000000000000000001',
        email: 'ann@example.com',
        email_verified: true,
        name: 'Ann Archer',
        given_name: 'Ann',
        family_name: 'Archer',
      });
      expect(tokens).toMatchObject({ expires_in: 3599, scope: expect.stringContaining('auth/userinfo.email') });
      expect(tokens.refresh_token).toBeUndefined();
      expect(decodeJwt(String(tokens.id_token))['at_hash']).toMatch(/^[\w-]{22}$/);
      const info = await client.fetchUserInfo(config, tokens.access_token, '110000000000000000001');
      expect(info).toMatchObject({ email: 'ann@example.com', email_verified: true });
    },
  );

  it('sends iss, scope, authuser and prompt along, and the cancellation of whoever does not want to', async () => {
    const config = await harness.webParty('google');
    const { url } = await harness.journey(config, { login_hint: 'ben@example.com' });
    const back = Object.fromEntries((await harness.redirected(url)).searchParams);
    expect(back).toMatchObject({ iss: `${harness.origin}/google`, authuser: '0', prompt: 'consent' });
    await harness.control('PUT', 'google/decision', { cancel: true });
    const { url: again, checks } = await harness.journey(config);
    const refused = client.authorizationCodeGrant(config, await harness.redirected(again), checks);
    await expect(refused).rejects.toMatchObject({ error: 'access_denied' });
    await harness.control('DELETE', 'google/decision');
    expect(await harness.control('GET', 'google/decision')).toEqual({});
  });

  it('gives a refresh token for offline access, at the first consent or when asked to ask again', async () => {
    const config = await harness.webParty('google');
    const offline = { access_type: 'offline' };
    const first = await harness.signIn(config, offline);
    expect((await harness.signIn(config, offline)).refresh_token).toBeUndefined();
    expect((await harness.signIn(config, { ...offline, prompt: 'consent' })).refresh_token).toBeDefined();
    const refreshed = await client.refreshTokenGrant(config, String(first.refresh_token));
    expect(refreshed.claims()).toMatchObject({ sub: '110000000000000000001' });
    expect(refreshed.claims()?.nonce).toBeUndefined();
    await client.tokenRevocation(config, String(first.refresh_token));
    const over = client.refreshTokenGrant(config, String(first.refresh_token));
    await expect(over).rejects.toMatchObject({ error: 'invalid_grant' });
    expect(await harness.control('GET', 'google/grants')).toEqual({ grants: [] });
    const unknown = await fetch(`${harness.origin}/google/revoke?token=x`, { method: 'POST' });
    expect([unknown.status, await unknown.json()]).toMatchObject([400, { error: 'invalid_token' }]);
  });

  it('refuses in the words of Google', async () => {
    const { url } = await harness.journey(await harness.webParty('google'), { login_hint: 'ann@example.com' });
    const code = String((await harness.redirected(url)).searchParams.get('code'));
    const asked = { code, redirect_uri: REDIRECT };
    expect(await exchange({ ...asked, client_id: 'x' })).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
    expect(await exchange({ ...asked, client_secret: 'x' })).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
    expect(await exchange({ ...asked, grant_type: 'x' })).toMatchObject({ body: { error: 'unsupported_grant_type' } });
    expect(await exchange({ ...asked, code: 'x' })).toMatchObject({
      body: { error_description: 'Malformed auth code.' },
    });
    expect(await exchange(asked)).toMatchObject({ status: 400, body: { error_description: 'Missing code verifier.' } });
    // That was its one use.
    expect(await exchange(asked)).toMatchObject({ status: 400, body: { error_description: 'Bad Request' } });
    const { url: third } = await harness.journey(await harness.webParty('google'), { login_hint: 'ann@example.com' });
    const wrong = { ...asked, code: String((await harness.redirected(third)).searchParams.get('code')) };
    const mistaken = await exchange({ ...wrong, code_verifier: 'x'.repeat(43) });
    expect(mistaken).toMatchObject({ status: 400, body: { error_description: 'Invalid code verifier.' } });
    const { url: next } = await harness.journey(await harness.webParty('google'), { login_hint: 'ann@example.com' });
    const another = String((await harness.redirected(next)).searchParams.get('code'));
    const elsewhere = await exchange({ code: another, redirect_uri: 'https://app.example/other' });
    expect(elsewhere).toMatchObject({ status: 400, body: { error: 'redirect_uri_mismatch' } });
  });

  it('shows a page to choose from, which signs in whoever is chosen', async () => {
    const config = await harness.webParty('google');
    await harness.control('POST', 'google/people', { sub: '7', email: 'eve@example.com', name: '<b>Eve</b>' });
    const { url, checks } = await harness.journey(config);
    const page = await (await fetch(url)).text();
    expect(page).toContain('Ben Baker, ben@example.com, not verified');
    expect(page).not.toContain('<b>Eve');
    const { action, fields } = formOf(page);
    const body = new URLSearchParams({ ...fields, sub: '7' });
    const chosen = await fetch(new URL(action, url), { method: 'POST', body, redirect: 'manual' });
    const back = new URL(String(chosen.headers.get('location')));
    const tokens = await client.authorizationCodeGrant(config, back, checks);
    expect(tokens.claims()).toMatchObject({ sub: '7', email: 'eve@example.com', name: '<b>Eve</b>' });
    const cancelled = await fetch(new URL(action, url), {
      method: 'POST',
      body: new URLSearchParams({ ...fields, cancel: 'true' }),
      redirect: 'manual',
    });
    expect(cancelled.headers.get('location')).toContain('error=access_denied');
  });

  it('shows an error instead of sending people to where no client is', async () => {
    const registered = await harness.control<WebConfiguration>('POST', 'google/clients', { redirectUris: [REDIRECT] });
    const authorize = async (params: Record<string, string>): Promise<[number, string]> => {
      const query = new URLSearchParams({ response_type: 'code', scope: 'openid', redirect_uri: REDIRECT, ...params });
      const response = await fetch(`${harness.origin}/google/o/oauth2/v2/auth?${query.toString()}`, {
        redirect: 'manual',
      });
      return [response.status, await response.text()];
    };
    expect(await authorize({ client_id: 'nobody' })).toEqual([401, expect.stringContaining('invalid_client')]);
    const { clientId } = registered;
    const astray = await authorize({ client_id: clientId, redirect_uri: 'https://evil.example/' });
    expect(astray).toEqual([400, expect.stringContaining('redirect_uri_mismatch')]);
    expect((await authorize({ client_id: clientId, response_type: 'token' }))[0]).toBe(400);
    expect((await authorize({ client_id: clientId }))[0]).toBe(200);
  });

  it('hands an ID token and a server code to an app on a phone', async () => {
    const { clientId, nativeClientIds } = await harness.control<WebConfiguration & { nativeClientIds: string[] }>(
      'GET',
      'google/client',
    );
    const native = await harness.control<{ idToken: string; serverAuthCode: string }>('POST', 'google/native', {
      sub: 'ann@example.com',
      clientId: nativeClientIds[1],
      nonce: 'n-1',
    });
    const claims = { aud: clientId, azp: nativeClientIds[1], nonce: 'n-1', email: 'ann@example.com' };
    expect(decodeJwt(native.idToken)).toMatchObject(claims);
    expect(decodeProtectedHeader(native.idToken)).toMatchObject({ alg: 'RS256', kid: expect.any(String) });
    const exchanged = await exchange({ code: native.serverAuthCode, redirect_uri: '' });
    expect(exchanged).toMatchObject({ status: 200, body: { refresh_token: expect.any(String) } });
    expect(decodeJwt(String(exchanged.body['id_token']))).toMatchObject({ sub: '110000000000000000001' });
  });
});
