import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { formatId, parseId, type Uuid } from '@signalbox/contracts';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { authSettings } from '../settings/auth-settings.js';
import { CALLBACK, TEST_AUDIENCE, TEST_ISSUER, TestBrowser, TestPhone, useSignIn } from '../sign-in.harness.js';

describe('signing in through the browser', () => {
  const signIn = useSignIn();
  let appId: Uuid;
  let clientId: string;

  beforeAll(async () => {
    appId = await signIn.newApp();
    clientId = await signIn.newClient(appId);
    signIn.visitor.userId = await signIn.newUser(appId);
  });

  const codesKept = async (): Promise<number> => {
    const { rows } = await signIn
      .database()
      .query<{ count: number }>(`SELECT count(*)::int AS count FROM oidc_record WHERE kind = 'AuthorizationCode'`);
    return rows[0]!.count;
  };

  it('hands the phone tokens that say who signed in, where, how and in which session', async () => {
    const tokens = await new TestPhone(signIn, clientId).signedIn();
    expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: 300 });
    expect(decodeProtectedHeader(tokens.access_token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      iss: TEST_ISSUER,
      aud: TEST_AUDIENCE,
      sub: signIn.visitor.userId,
      client_id: clientId,
      sid: expect.stringMatching(/^ses_/),
      app: formatId('app', appId),
      mode: 'test',
      scope: 'openid email profile account:manage devices:register-own',
      auth_time: expect.any(Number),
      acr: 'urn:signalbox:1fa',
      amr: ['pwd'],
    });
    expect(decodeJwt(tokens.id_token)).toMatchObject({
      aud: clientId,
      sub: signIn.visitor.userId,
      email_verified: true,
    });
  });

  it('gives each sign-in a session of its own, and the same phone only one', async () => {
    const phone = new TestPhone(signIn, clientId);
    const first = await phone.signedIn({ device_id: 'phone-1' });
    const other = await new TestPhone(signIn, clientId).signedIn({ device_id: 'phone-2' });
    const again = await phone.signedIn({ device_id: 'phone-1' });
    const sids = [first, other, again].map(({ access_token }) => decodeJwt(access_token)['sid']);
    expect(new Set(sids).size).toBe(3);
    expect(await phone.refresh(first.refresh_token)).toMatchObject({
      status: 400,
      tokens: { error_description: 'the session ended: superseded' },
    });
    expect(await phone.refresh(other.refresh_token)).toMatchObject({ status: 200 });
  });

  it('asks a browser that is signed in at another app who it is', async () => {
    const [otherApp, browserOf] = [await signIn.newApp(), new TestPhone(signIn, clientId)];
    await browserOf.code();
    const stranger = new TestPhone(signIn, await signIn.newClient(otherApp));
    for (const [name, value] of browserOf.browser.cookies) stranger.browser.cookies.set(name, value);
    const end = await stranger.browser.open(stranger.authorizeUrl());
    expect(end).toHaveProperty('answer');
    // The visitor is a user of the first app: nothing that it has proven counts here.
    expect(await (end as { answer: Response }).answer.json()).toEqual({ next: 'refused', reason: 'account' });
  });

  it('lets in whoever has no address to prove, also with a browser that is signed in', async () => {
    signIn.visitor.userId = await signIn.newUser(appId);
    const without = 'UPDATE auth_user SET email = NULL, email_key = NULL, email_verified_at = NULL WHERE id = $1';
    await signIn.database().query(without, [parseId('user', signIn.visitor.userId)]);
    await signIn.side().settings.put(appId, authSettings.parse({ emailVerification: 'required' }));
    const phone = new TestPhone(signIn, clientId);
    expect(await phone.signedIn()).toHaveProperty('refresh_token');
    signIn.visitor.methods = [];
    expect(await phone.signedIn().finally(() => (signIn.visitor.methods = ['pwd']))).toHaveProperty('refresh_token');
  });

  describe('check 1: PKCE with S256 for every client', () => {
    it.each([
      ['no challenge', { code_challenge: '', code_challenge_method: '' }],
      ['the plain method', { code_challenge_method: 'plain' }],
      ['no method, which would mean plain', { code_challenge_method: '' }],
      ['a challenge that is too short', { code_challenge: 'short' }],
      ['a challenge with strange letters', { code_challenge: `${'a'.repeat(42)}!` }],
    ])('refuses a request with %s', async (_what, over) => {
      const phone = new TestPhone(signIn, clientId);
      const url = new URL(phone.authorizeUrl(over));
      for (const [name, value] of [...url.searchParams]) if (value === '') url.searchParams.delete(name);
      const before = await codesKept();
      const end = await phone.browser.open(url.href);
      expect((end as { url: URL }).url.searchParams.get('error')).toBe('invalid_request');
      expect(await codesKept()).toBe(before);
    });

    it.each([
      ['none', {}],
      ['another', { code_verifier: randomBytes(32).toString('base64url') }],
      ['one that is too short', { code_verifier: 'short' }],
      ['one that is too long', { code_verifier: 'a'.repeat(129) }],
    ])('takes no code with %s for its verifier, and the code stays good', async (_what, verifier) => {
      const phone = new TestPhone(signIn, clientId);
      const code = await phone.code();
      const refused = await phone.token({
        grant_type: 'authorization_code',
        code,
        redirect_uri: CALLBACK,
        ...verifier,
      });
      expect(refused).toMatchObject({
        status: 400,
        tokens: { error: expect.stringMatching(/^invalid_(grant|request)$/) },
      });
      expect(await phone.redeem(code)).toMatchObject({ status: 200 });
    });
  });

  describe('check 2: users are sent back to registered addresses only', () => {
    const registered = [
      'com.example.app:/callback',
      'https://app.example.com/signed-in',
      'https://app.example.com/signed-in?from=signalbox',
      'http://127.0.0.1/callback',
      'http://[::1]/callback',
    ];
    let native: string;
    beforeAll(async () => {
      native = await signIn.newClient(appId, { redirectUris: registered });
    });

    const asked = async (redirectUri: string): Promise<'accepted' | 'refused'> => {
      const phone = new TestPhone(signIn, native);
      const answer = await signIn.fetch(phone.authorizeUrl({ redirect_uri: redirectUri }));
      const location = answer.headers.get('location');
      // A refusal is shown, never sent to an address that nobody registered.
      if (answer.status === 400 && location === null) return 'refused';
      expect(location).toMatch(/^\/sign-in\//);
      return 'accepted';
    };

    it.each([...registered, 'http://127.0.0.1:49152/callback', 'http://[::1]:8080/callback'])(
      'accepts %s',
      async (uri) => {
        expect(await asked(uri)).toBe('accepted');
      },
    );

    it.each([
      'com.example.app:/Callback',
      'com.example.app:/callback/',
      'com.example.app:/callback?x=1',
      'com.example.app://callback',
      'com.example.other:/callback',
      'https://app.example.com/signed-in/',
      'https://app.example.com/signed-in/..',
      'https://app.example.com/other/../signed-in',
      'https://app.example.com/Signed-in',
      'https://APP.example.com/signed-in',
      'https://app.example.com:8443/signed-in',
      'https://app.example.com:443/signed-in',
      'https://app.example.com/signed-in?from=signalbox&more=1',
      'https://app.example.com/signed-in?from=Signalbox',
      'https://app.example.com/signed-in#fragment',
      'https://user@app.example.com/signed-in',
      'https://app.example.com@evil.test/signed-in',
      'https://app.example.com.evil.test/signed-in',
      'https://evil.test/https://app.example.com/signed-in',
      'https://app.example.com%2f@evil.test/signed-in',
      'http://app.example.com/signed-in',
      'http://localhost/callback',
      'http://localhost:49152/callback',
      'http://127.0.0.1:49152/other',
      'http://127.0.0.2/callback',
      'http://127.0.0.1.evil.test/callback',
      'http://[::2]/callback',
      'javascript:alert(1)',
      'data:text/html,hello',
      '',
    ])('refuses %s', async (uri) => {
      expect(await asked(uri)).toBe('refused');
    });

    it('takes a loopback port of its own from native clients only', async () => {
      const web = await signIn.newClient(appId, {
        kind: 'web',
        secret: 'secret',
        redirectUris: ['https://app.example.com/signed-in'],
      });
      const phone = new TestPhone(signIn, web);
      const answer = await signIn.fetch(phone.authorizeUrl({ redirect_uri: 'https://app.example.com:1234/signed-in' }));
      expect(answer.status).toBe(400);
    });
  });

  describe('check 3: a code is good once, and for a minute', () => {
    it('ends the session when a code comes a second time', async () => {
      const phone = new TestPhone(signIn, clientId);
      const code = await phone.code();
      const { tokens } = await phone.redeem(code);
      expect(await phone.redeem(code)).toMatchObject({ status: 400, tokens: { error: 'invalid_grant' } });
      expect(await phone.refresh(tokens.refresh_token)).toMatchObject({
        status: 400,
        tokens: { error_description: 'the session ended: code_reused' },
      });
    });

    it('hands tokens to one of ten who come at once', async () => {
      const phone = new TestPhone(signIn, clientId);
      const code = await phone.code();
      const answers = await Promise.all(Array.from({ length: 10 }, () => phone.redeem(code)));
      expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
      for (const { status, tokens } of answers) if (status !== 200) expect(tokens.error).toBe('invalid_grant');
    });

    it.each([
      [59, 200],
      [61, 400],
    ])('after %d seconds answers %d', async (seconds, status) => {
      const phone = new TestPhone(signIn, clientId);
      const code = await phone.code();
      await signIn.travel(seconds);
      expect((await phone.redeem(code)).status).toBe(status);
    });
  });

  describe('check 28: nothing is left open', () => {
    it('believes in one host, whatever a request says', async () => {
      const answer = await signIn.fetch(`${TEST_ISSUER}/.well-known/openid-configuration`, {
        headers: { 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'ftp', forwarded: 'host=evil.test' },
      });
      const document = await answer.text();
      expect(document).not.toContain('evil.test');
      const { issuer, token_endpoint } = JSON.parse(document) as Record<string, string>;
      expect({ issuer, token_endpoint }).toEqual({ issuer: TEST_ISSUER, token_endpoint: `${TEST_ISSUER}/oauth/token` });
    });

    it.each(['/oauth/authorize', '/oauth/token', '/oauth/par', '/oauth/revoke'])(
      'sends security headers with %s and lets no other site read it',
      async (path) => {
        const { headers } = await signIn.fetch(TEST_ISSUER + path, { headers: { origin: 'https://evil.test' } });
        expect(headers.get('content-security-policy')).toContain("default-src 'none'");
        expect(headers.get('x-content-type-options')).toBe('nosniff');
        expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
        expect(headers.get('referrer-policy')).toBe('no-referrer');
        expect(headers.get('access-control-allow-origin')).toBeNull();
      },
    );

    it('shows errors without a stack, and has no pages for developers', async () => {
      const broken = await signIn.fetch(`${TEST_ISSUER}/oauth/authorize?client_id=nobody`);
      expect(broken.status).toBe(400);
      expect(await broken.text()).not.toMatch(/node_modules|\bat \w+ \(/);
      const { answer } = (await new TestBrowser(signIn).open(`${TEST_ISSUER}/interaction/abc`)) as { answer: Response };
      expect(answer.status).toBe(404);
    });
  });

  it('check 33: signing out by a link alone asks first', async () => {
    const phone = new TestPhone(signIn, clientId);
    await phone.code();
    const { answer } = (await phone.browser.open(`${TEST_ISSUER}/oauth/end-session`)) as { answer: Response };
    expect(await answer.text()).toContain('name="xsrf"');
    // Nothing has happened yet: the browser is still signed in.
    expect(await phone.browser.open(phone.authorizeUrl({ prompt: 'none', scope: 'openid' }))).toHaveProperty('url');
  });
});
