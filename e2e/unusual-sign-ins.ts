import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@signalbox/testing';
import * as client from 'openid-client';
import { Browser } from './sign-in-browser.js';

/** What these need to know of a Signalbox that runs here. */
interface Local {
  readonly urls: Readonly<Record<'auth' | 'sandbox' | 'push', string>>;
  readonly demo: { readonly clientId: string };
}

/** What a phone was sent. */
interface Push {
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Readonly<Record<string, unknown>>;
}

const REDIRECT_URI = 'http://127.0.0.1:49152/callback';
const SCOPE = 'openid email devices:register-own';
const PASSWORD = 'correct horse battery staple 42';
const NEW_PASSWORD = 'correct horse battery staple 43';

/** Against what `npm start` starts: a stranger with the password, a thief with a token, and the phone that hears of both. */
export function describeUnusualSignIns(started: () => Local): void {
  describe('an unusual sign-in', () => {
    let local: Local;
    let config: client.Configuration;
    const email = `stranger-to-ann.${Date.now()}@example.com`;
    const [phone, strangePhone] = [`11${randomBytes(31).toString('hex')}`, `11${randomBytes(31).toString('hex')}`];
    const ann = new Browser();
    let own: client.TokenEndpointResponse;

    beforeAll(async () => {
      local = started();
      config = await client.discovery(new URL(local.urls.auth), local.demo.clientId, undefined, client.None(), {
        // Deprecated only to stand out: this issuer is on this machine.
        // eslint-disable-next-line @typescript-eslint/no-deprecated
        execute: [client.allowInsecureRequests],
      });
      await register();
      own = await signIn(ann, PASSWORD);
      expect(await registerPhone('phone', own, phone)).toBe(201);
    }, 60_000);

    /** Opens the page of sign-in. @returns its address, and how the code that comes of it is redeemed. */
    async function begin(
      browser: Browser,
    ): Promise<{ page: string; redeem: (url: string) => ReturnType<typeof grant> }> {
      const verifier = client.randomPKCECodeVerifier();
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: REDIRECT_URI,
        scope: SCOPE,
        device_name: 'Pixel 9',
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      return { page: await browser.open(url.href), redeem: (called) => grant(called, verifier) };
    }

    const grant = (called: string, pkceCodeVerifier: string) =>
      client.authorizationCodeGrant(config, new URL(called), { pkceCodeVerifier, idTokenExpected: true });

    async function register(): Promise<void> {
      const browser = new Browser();
      const { page } = await begin(browser);
      await browser.open(`${page}/register`);
      await browser.submit('/register', { name: 'Ann', email, password: PASSWORD });
      await browser.open(await mailed('verify'));
      if (browser.text.includes('<form')) await browser.submit('/verify');
    }

    /** The link in the mail that the sandbox's mail server got. */
    const mailed = (to: string): Promise<string> =>
      eventually(
        async () => {
          const answer = await fetch(`${local.urls.sandbox}/v1/mail/messages?to=${encodeURIComponent(email)}`);
          const link = new RegExp(`https?://[^\\s"\\\\<]+/${to}\\?token=[\\w-]+`).exec(await answer.text())?.[0];
          if (link === undefined) throw new Error('no mail yet');
          return link;
        },
        { within: 20_000 },
      );

    async function signIn(browser: Browser, password: string): Promise<client.TokenEndpointResponse> {
      const { redeem } = await begin(browser);
      await browser.submit('/login', { email, password });
      return redeem(await browser.submit('/consent'));
    }

    async function registerPhone(name: string, by: client.TokenEndpointResponse, token: string): Promise<number> {
      const answer = await fetch(`${local.urls.push}/v1/devices/${name}`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${by.access_token}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          platform: 'ios',
          target: { kind: 'apns', token },
          environment: 'sandbox',
          bundleId: 'com.example.app',
          locale: 'de-DE',
        }),
      });
      return answer.status;
    }

    const sentTo = async (token: string): Promise<readonly Push[]> => {
      const answer = await fetch(`${local.urls.sandbox}/v1/apns/requests?token=${token}`);
      return ((await answer.json()) as { requests: readonly Push[] }).requests;
    };

    /** The push that says this, once the phone has it. */
    const received = (type: string, title: string): Promise<Push> =>
      eventually(
        async () => {
          const requests = await sentTo(phone);
          const push = requests.find(
            ({ payload }) => payload['type'] === type && JSON.stringify(payload['aps']).includes(title),
          );
          if (push === undefined) throw new Error(`not among ${JSON.stringify(requests)}`);
          return push;
        },
        { within: 20_000 },
      );

    const refresh = (tokens: client.TokenEndpointResponse) => client.refreshTokenGrant(config, tokens.refresh_token!);
    const ended = (reason: string) => ({ error: 'invalid_grant', error_description: `the session ended: ${reason}` });

    it('of a stranger is asked about on the phone; one tap ends it, and the password with it', async () => {
      const stranger = await signIn(new Browser(), PASSWORD);
      expect(await registerPhone('strange', stranger, strangePhone)).toBe(201);
      const { payload } = await received('auth.login_anomaly', 'Waren Sie das?');
      expect(payload).toMatchObject({ reasons: 'new_device', verdict: 'notify', deviceName: 'Pixel 9' });

      const answer = await fetch(`${local.urls.auth}/v1/sign-in-alerts/${String(payload['noticeId'])}/not-me`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token: payload['token'] }),
      });
      expect([answer.status, await answer.json()]).toEqual([200, { noticeId: payload['noticeId'], answer: 'not_me' }]);

      await expect(refresh(stranger)).rejects.toMatchObject(ended('not_me'));
      own = await refresh(own);

      // The stranger knows the password, which is worth nothing from now on.
      const again = new Browser();
      await begin(again);
      expect(await again.submit('/login', { email, password: PASSWORD })).toContain('password-due');

      const mailbox = new Browser();
      await mailbox.open(await mailed('recover'));
      await mailbox.submit('/recover', { password: NEW_PASSWORD });
      // A new password ends every session, and what they registered.
      own = await signIn(new Browser(), NEW_PASSWORD);
      expect(await registerPhone('phone', own, phone)).toBe(200);
    }, 60_000);

    it('is not the only thing that is told: a token that comes twice ends its session, and the phone hears so', async () => {
      const first = await signIn(new Browser(), NEW_PASSWORD);
      const second = await refresh(first);
      await refresh(second);
      // Whoever has the first one now has a copy.
      await expect(refresh(first)).rejects.toMatchObject({ error: 'invalid_grant' });
      await expect(refresh(second)).rejects.toMatchObject(ended('refresh_reused'));
      const { payload } = await received('auth.signed_out', 'Eine Kopie Ihrer Anmeldung wurde benutzt und gestoppt');
      expect(payload).toMatchObject({ reason: 'refresh_reused' });
    }, 60_000);

    it('was never told on the phone that the stranger had registered, neither of itself nor of what came later', async () => {
      expect(await sentTo(strangePhone)).toEqual([]);
    });
  });
}
