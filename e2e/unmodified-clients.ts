import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@signalbox/testing';
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import { Browser } from './sign-in-browser.js';

/** What these need to know of a Signalbox that runs here. */
interface Local {
  readonly urls: Readonly<Record<'auth' | 'sandbox', string>>;
  readonly demo: { readonly clientId: string };
}

const REDIRECT_URI = 'http://127.0.0.1:49152/callback';
const SCOPE = 'openid email profile account:manage payments:read-own';
const PASSWORD = 'correct horse battery staple 42';

/** Two certified libraries, as they are, against what `npm start` starts. */
export function describeUnmodifiedClients(started: () => Local): void {
  describe('signing in with unmodified clients', () => {
    let local: Local;
    const email = `client-of-ann.${Date.now()}@example.com`;

    beforeAll(async () => {
      local = started();
      await register();
    }, 60_000);

    // Deprecated by its makers only to be noticed: what `npm start` starts speaks plain HTTP, on loopback.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    const insecure = { [oauth.allowInsecureRequests]: true };

    /** Ann makes an account on the page, and proves her address with the mail that the sandbox's mail server got. */
    async function register(): Promise<void> {
      const browser = new Browser();
      const authorize = new URL(`${local.urls.auth}/oauth/authorize`);
      authorize.search = new URLSearchParams({
        client_id: local.demo.clientId,
        response_type: 'code',
        redirect_uri: REDIRECT_URI,
        scope: 'openid',
        code_challenge: await client.calculatePKCECodeChallenge(client.randomPKCECodeVerifier()),
        code_challenge_method: 'S256',
      }).toString();
      const page = await browser.open(authorize.href);
      await browser.open(`${page}/register`);
      await browser.submit('/register', { name: 'Ann', email, password: PASSWORD });
      const link = await eventually(() => mailedLink(), { within: 20_000 });
      await browser.open(link);
      if (browser.text.includes('<form')) await browser.submit('/verify');
    }

    async function mailedLink(): Promise<string> {
      const answer = await fetch(`${local.urls.sandbox}/v1/mail/messages?to=${encodeURIComponent(email)}`);
      const link = /https?:\/\/[^\s"\\<]+\/verify\?token=[\w-]+/.exec(await answer.text())?.[0];
      if (link === undefined) throw new Error('no mail yet');
      return link;
    }

    /** What the person at the phone does: sign in, and let the app in. @returns where the app is called back. */
    async function signIn(url: string): Promise<URL> {
      const browser = new Browser();
      await browser.open(url);
      await browser.submit('/login', { email, password: PASSWORD });
      return new URL(await browser.submit('/consent'));
    }

    it('openid-client: discovery, PAR, PKCE, DPoP, userinfo, refresh and revocation', async () => {
      const config = await client.discovery(new URL(local.urls.auth), local.demo.clientId, undefined, client.None(), {
        // eslint-disable-next-line @typescript-eslint/no-deprecated -- as above
        execute: [client.allowInsecureRequests],
      });
      expect(config.serverMetadata().userinfo_endpoint).toBe(`${local.urls.auth}/oauth/userinfo`);
      const [pkceCodeVerifier, expectedState, expectedNonce] = [
        client.randomPKCECodeVerifier(),
        client.randomState(),
        client.randomNonce(),
      ];
      const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));
      const url = await client.buildAuthorizationUrlWithPAR(
        config,
        {
          redirect_uri: REDIRECT_URI,
          scope: SCOPE,
          state: expectedState,
          nonce: expectedNonce,
          code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
          code_challenge_method: 'S256',
        },
        { DPoP },
      );
      expect(url.searchParams.get('request_uri')).toMatch(/^urn:/);

      const tokens = await client.authorizationCodeGrant(
        config,
        await signIn(url.href),
        { pkceCodeVerifier, expectedState, expectedNonce },
        undefined,
        { DPoP },
      );
      expect(tokens.token_type).toBe('dpop');
      const sub = tokens.claims()!.sub;
      expect(await client.fetchUserInfo(config, tokens.access_token, sub, { DPoP })).toEqual({
        sub,
        email,
        email_verified: true,
        name: 'Ann',
        locale: 'en',
      });

      const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token!, undefined, { DPoP });
      expect(refreshed.refresh_token).not.toBe(tokens.refresh_token);
      const own = await client.fetchProtectedResource(
        config,
        refreshed.access_token,
        new URL(`${local.urls.auth}/v1/me/sessions`),
        'GET',
        null,
        undefined,
        { DPoP },
      );
      expect(await own.json()).toMatchObject({ items: [{ current: true }] });

      await client.tokenRevocation(config, refreshed.refresh_token!);
      await expect(
        client.refreshTokenGrant(config, refreshed.refresh_token!, undefined, { DPoP }),
      ).rejects.toMatchObject({
        error: 'invalid_grant',
        error_description: 'the session ended: signed_out',
      });
      // The access token's signature is still good; the session is not.
      await expect(client.fetchUserInfo(config, refreshed.access_token, sub, { DPoP })).rejects.toMatchObject({
        status: 401,
      });
    });

    it('oauth4webapi: discovery, PAR, PKCE, userinfo, refresh and revocation with bearer tokens', async () => {
      const issuer = new URL(local.urls.auth);
      const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
      const phone: oauth.Client = { client_id: local.demo.clientId };
      const nobody = oauth.None();
      const verifier = oauth.generateRandomCodeVerifier();
      const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
      const pushed = await oauth.processPushedAuthorizationResponse(
        as,
        phone,
        await oauth.pushedAuthorizationRequest(
          as,
          phone,
          nobody,
          {
            response_type: 'code',
            redirect_uri: REDIRECT_URI,
            scope: SCOPE,
            state,
            nonce,
            code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
            code_challenge_method: 'S256',
          },
          insecure,
        ),
      );
      const authorize = new URL(as.authorization_endpoint!);
      authorize.searchParams.set('client_id', phone.client_id);
      authorize.searchParams.set('request_uri', pushed.request_uri);

      const params = oauth.validateAuthResponse(as, phone, await signIn(authorize.href), state);
      const tokens = await oauth.processAuthorizationCodeResponse(
        as,
        phone,
        await oauth.authorizationCodeGrantRequest(as, phone, nobody, params, REDIRECT_URI, verifier, insecure),
        { expectedNonce: nonce, requireIdToken: true },
      );
      const { sub } = oauth.getValidatedIdTokenClaims(tokens)!;
      const userinfo = await oauth.processUserInfoResponse(
        as,
        phone,
        sub,
        await oauth.userInfoRequest(as, phone, tokens.access_token, insecure),
      );
      expect(userinfo).toMatchObject({ sub, email, email_verified: true });

      const refreshed = await oauth.processRefreshTokenResponse(
        as,
        phone,
        await oauth.refreshTokenGrantRequest(as, phone, nobody, tokens.refresh_token!, insecure),
      );
      await oauth.processRevocationResponse(
        await oauth.revocationRequest(as, phone, nobody, refreshed.refresh_token!, insecure),
      );
      const afterwards = oauth.refreshTokenGrantRequest(as, phone, nobody, refreshed.refresh_token!, insecure);
      await expect(oauth.processRefreshTokenResponse(as, phone, await afterwards)).rejects.toMatchObject({
        error: 'invalid_grant',
      });
    });

    it("openid-client: a sign-in with the sandbox's Google", async () => {
      const config = await client.discovery(new URL(local.urls.auth), local.demo.clientId, undefined, client.None(), {
        // eslint-disable-next-line @typescript-eslint/no-deprecated -- as above
        execute: [client.allowInsecureRequests],
      });
      const [pkceCodeVerifier, expectedState] = [client.randomPKCECodeVerifier(), client.randomState()];
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: REDIRECT_URI,
        scope: SCOPE,
        state: expectedState,
        code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
      });
      const google = `${local.urls.sandbox}/v1/sign-in/google`;
      const { people } = (await (await fetch(`${google}/people`)).json()) as {
        people: { sub: string; email: string }[];
      };
      await fetch(`${google}/decision`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ sub: people[0]!.sub }),
      });
      const browser = new Browser();
      const page = await browser.open(url.href);
      await browser.open(`${page}/with/google`);
      const called = new URL(await browser.submit('/consent'));
      const tokens = await client.authorizationCodeGrant(config, called, { pkceCodeVerifier, expectedState });
      expect(tokens.claims()).toMatchObject({ email: people[0]!.email, email_verified: true, amr: ['fed'] });
    });
  });
}
