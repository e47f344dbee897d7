import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Uuid } from '@signalbox/contracts';
import { decodeJwt } from 'jose';
import * as client from 'openid-client';
import { TEST_ISSUER, TestBrowser, TestPhone, useSignIn } from '../sign-in.harness.js';

const SECRET = 'secret of the website';
const SIGNED_OUT = 'the session ended: signed_out';

describe('signing out at the provider', () => {
  const signIn = useSignIn();
  let appId: Uuid;

  beforeAll(async () => {
    appId = await signIn.newApp();
    signIn.visitor.userId = await signIn.newUser(appId);
  });

  /** A website with a server, made with openid-client as it is. */
  const website = async (browser: TestBrowser) => {
    const [origin, pkceCodeVerifier] = ['https://shop.example', client.randomPKCECodeVerifier()];
    const redirectUris = [`${origin}/callback`];
    const clientId = await signIn.newClient(appId, { kind: 'web', secret: SECRET, redirectUris });
    const config = await client.discovery(new URL(TEST_ISSUER), clientId, SECRET, client.ClientSecretBasic(SECRET), {
      [client.customFetch]: (url: string, init: unknown) => signIn.fetch(url, init as RequestInit),
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated to be noticed: the test's issuer speaks plain HTTP
      execute: [client.allowInsecureRequests],
    });
    const url = await client.buildAuthorizationUrlWithPAR(config, {
      redirect_uri: redirectUris[0]!,
      scope: 'openid email',
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    });
    const end = await browser.open(url.href);
    if (!('url' in end)) throw new Error(`no code: ${await end.answer.text()}`);
    const tokens = await client.authorizationCodeGrant(config, end.url, { pkceCodeVerifier });
    return {
      tokens,
      signOutUrl: (hint?: string) =>
        client.buildEndSessionUrl(config, hint === undefined ? {} : { id_token_hint: hint }).href,
      /** Why it cannot refresh any more, if so. */
      refused: () =>
        client.refreshTokenGrant(config, tokens.refresh_token!).then(
          () => undefined,
          (error: unknown) => (error as client.ResponseBodyError).error_description,
        ),
    };
  };
  const pageAt = async (browser: TestBrowser, url: string): Promise<string> => {
    const end = await browser.open(url);
    return 'answer' in end ? end.answer.text() : end.url.href;
  };
  /** Presses a button of the engine's question. */
  const press = (browser: TestBrowser, page: string, button: Record<string, string>): Promise<Response> =>
    signIn.fetch(`${TEST_ISSUER}/oauth/end-session/confirm`, {
      method: 'POST',
      headers: { cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      body: new URLSearchParams({ xsrf: /name="xsrf" value="([^"]+)"/.exec(page)?.[1] ?? '', ...button }),
    });
  const reasonsOf = async (accessToken: string): Promise<unknown[]> => {
    const { rows } = await signIn
      .database()
      .query<{ reason: string }>(
        `SELECT payload ->> 'reason' AS reason FROM event_log WHERE subject = $1 AND type = 'auth.signed_out'`,
        [decodeJwt(accessToken)['sid']],
      );
    return rows.map(({ reason }) => reason);
  };

  it('ends the session that the ID token is of, and no other, before the user is asked about the browser', async () => {
    const browser = new TestBrowser(signIn);
    const [shop, forum] = [await website(browser), await website(browser)];
    expect(decodeJwt(shop.tokens.id_token!)['sid']).toBe(decodeJwt(shop.tokens.access_token)['sid']);
    const page = await pageAt(browser, shop.signOutUrl(shop.tokens.id_token));
    expect(page).toContain('name="xsrf"');
    expect(await shop.refused()).toBe(SIGNED_OUT);
    expect(await reasonsOf(shop.tokens.access_token)).toEqual(['signed_out']);
    expect(await forum.refused()).toBeUndefined();
  });

  it('ends it from a browser that is signed in no longer, too', async () => {
    const shop = await website(new TestBrowser(signIn));
    await pageAt(new TestBrowser(signIn), shop.signOutUrl(shop.tokens.id_token));
    expect(await shop.refused()).toBe(SIGNED_OUT);
  });

  it('is not brought about by an ID token that is not one of ours', async () => {
    const browser = new TestBrowser(signIn);
    const shop = await website(browser);
    const [head, body] = shop.tokens.id_token!.split('.');
    await pageAt(browser, shop.signOutUrl(`${head}.${body}.${'A'.repeat(86)}`));
    expect(await shop.refused()).toBeUndefined();
  });

  it('takes the websites of the browser along when its user says yes, and leaves the phone', async () => {
    const phone = new TestPhone(signIn, await signIn.newClient(appId));
    const { refresh_token } = await phone.signedIn();
    const [shop, forum] = [await website(phone.browser), await website(phone.browser)];
    const page = await pageAt(phone.browser, shop.signOutUrl());
    expect(await shop.refused()).toBeUndefined();
    expect((await press(phone.browser, page, { logout: 'yes' })).status).toBe(303);
    expect([await shop.refused(), await forum.refused()]).toEqual([SIGNED_OUT, SIGNED_OUT]);
    expect((await phone.refresh(refresh_token)).status).toBe(200);
  });

  it('changes nothing when its user says no, and yes still means all of it afterwards', async () => {
    const browser = new TestBrowser(signIn);
    const shop = await website(browser);
    await press(browser, await pageAt(browser, shop.signOutUrl()), {});
    expect(await shop.refused()).toBeUndefined();
    await press(browser, await pageAt(browser, shop.signOutUrl()), { logout: 'yes' });
    expect(await shop.refused()).toBe(SIGNED_OUT);
  });
});
