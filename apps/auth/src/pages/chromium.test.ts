import { randomUUID, generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  type Browser,
  type BrowserContext,
  type BrowserPage,
  describeInChromium,
  startChromium,
} from '@signalbox/testing';
import { usePages } from './pages.harness.js';
import { RIGHT_CODE } from './stand-ins.harness.js';

/** Milliseconds; a browser beside other tests is slow. */
const PATIENCE = 60_000;
jest.setTimeout(PATIENCE);

const password = 'correct horse battery';

describeInChromium('sign-in in a browser', () => {
  afterAll(async () => {
    await browser.close();
    app.close();
  });
  const stage = usePages();
  /** The app, as one on a desktop waits: at a port of its own. */
  let app: Server;
  let callback: string;
  let browser: Browser;
  let context: BrowserContext;
  let page: BrowserPage;
  /** What the browser refused because of a page's policy, and any other fault that it saw. */
  let faults: string[];

  beforeAll(async () => {
    app = createServer((_request, answer) => answer.end('the app'));
    await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
    callback = `http://127.0.0.1:${(app.address() as AddressInfo).port}/callback`;
    browser = await startChromium(stage().browserArgs);
  });

  async function open(options: Parameters<Browser['newContext']>[0] = {}): Promise<void> {
    context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'en-GB', ...options });
    context.setDefaultTimeout(PATIENCE / 4);
    page = await context.newPage();
    faults = [];
    page.on('console', (message) => {
      // A page that says that something is over has a status that says so, too.
      const isStatus = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isStatus) faults.push(message.text());
    });
    page.on('pageerror', (error) => faults.push(error.message));
  }
  beforeEach(() => open());
  afterEach(async () => {
    await context.close();
    expect(faults).toEqual([]);
  });

  async function arrive(settings: object = {}, redirectUri = callback) {
    const appId = await stage().app({ theme: { displayName: 'Kaffee' }, ...settings });
    const clientId = await stage().client(appId, redirectUri);
    await page.goto(stage().authorizeUrl(clientId, { redirect_uri: redirectUri }));
    return { appId, clientId };
  }

  async function signIn(email: string, secret = password): Promise<void> {
    await page.getByLabel('Email address').fill(email);
    await page.getByLabel('Password').fill(secret);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }

  /** The code that the app got. */
  async function codeOf(): Promise<string | null> {
    await page.waitForURL(`${callback}**`);
    return new URL(page.url()).searchParams.get('code');
  }

  it('goes all the way without scripts', async () => {
    await context.close();
    await open({ javaScriptEnabled: false });
    const { appId } = await arrive();
    const { email } = await stage().parts.account(appId);
    await signIn(email);
    await page.getByRole('button', { name: 'Continue as Ann Miller' }).click();
    expect(await codeOf()).toMatch(/\S{20}/);
  });

  it('goes all the way by keyboard', async () => {
    const { appId } = await arrive();
    const { email } = await stage().parts.account(appId);
    await page.keyboard.press('Tab');
    await page.keyboard.type(email);
    await page.keyboard.press('Tab');
    await page.keyboard.type('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'do not match' }).waitFor();
    // The cursor is where one tries again.
    await page.keyboard.type(password);
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('Sign in');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Sign in to Kaffee' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await codeOf()).toMatch(/\S{20}/);
  });

  it('leads to an app by its own scheme, which the policy of the page lets it', async () => {
    const left: string[] = [];
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    session.on('Network.requestWillBeSent', ({ request }) => left.push(request.url));
    const { appId } = await arrive({}, 'com.example.app:/callback');
    const { email } = await stage().parts.account(appId);
    await signIn(email);
    await page.getByRole('button', { name: 'Continue as Ann Miller' }).click();
    expect(left.some((url) => url.startsWith('com.example.app:/callback?code='))).toBe(true);
  });

  it('survives a reload and the way back at every page', async () => {
    const { appId } = await arrive();
    const { email } = await stage().parts.account(appId);
    await signIn(email, 'wrong');
    await page.getByRole('alert').filter({ hasText: 'do not match' }).waitFor();
    await page.reload();
    expect(await page.getByLabel('Email address').inputValue()).toBe(email);
    await page.goBack();
    await page.goForward();
    await signIn(email);
    const ann = page.getByRole('button', { name: 'Continue as Ann Miller' });
    await ann.waitFor();
    await page.reload();
    await page.goBack();
    await ann.waitFor();
    await ann.click();
    expect(await codeOf()).toMatch(/\S{20}/);
    await page.goBack();
    await page.getByRole('heading', { name: 'This sign-in has ended' }).waitFor();
  });

  it('begins with a new account', async () => {
    await arrive({ emailVerification: 'later' });
    await page.getByRole('link', { name: 'Create an account' }).click();
    await page.getByLabel('Email address').fill('zoe@example.com');
    await page.getByLabel('Name').fill('Zoë');
    await page.getByLabel('Password').fill('short');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('alert').filter({ hasText: 'at least 8 characters' }).waitFor();
    const field = page.getByLabel('Password');
    expect(await page.locator(':focus').getAttribute('id')).toBe('password');
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await field.fill('long enough, I think');
    await page.keyboard.press('Enter');
    await page.getByText('We have sent a message to zoe@example.com.').waitFor();
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByLabel('Password').fill('long enough, I think');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Continue as Zoë' }).click();
    expect(await codeOf()).toMatch(/\S{20}/);
  });

  it('is in German and dark where the phone is, and fits it', async () => {
    await context.close();
    await open({ locale: 'de-DE', colorScheme: 'dark', viewport: { width: 320, height: 640 } });
    const { appId } = await arrive({ mfa: 'required', theme: { displayName: 'Kaffee', accentColor: '#ffee00' } });
    const { email } = await stage().parts.account(appId, { name: 'Ann-Kathrin von und zu Hohenlohe-Schillingsfürst' });
    const looks = async (): Promise<object> => ({
      language: await page.locator('html').getAttribute('lang'),
      dark: await page.evaluate('getComputedStyle(document.body).backgroundColor'),
      overflows: await page.evaluate('document.documentElement.scrollWidth > innerWidth'),
      tooSmall: await page.evaluate(
        '[...document.querySelectorAll(".button, input:not([type=hidden])")].filter((each) => each.offsetHeight > 0 && each.offsetHeight < 44).length',
      ),
    });
    const good = { language: 'de', dark: 'rgb(23, 26, 32)', overflows: false, tooSmall: 0 };
    expect(await looks()).toEqual(good);
    await page.getByLabel('E-Mail-Adresse').fill(email);
    await page.getByLabel('Passwort').fill(password);
    await page.getByRole('button', { name: 'Anmelden', exact: true }).click();
    await page.getByRole('img', { name: 'QR-Code' }).waitFor();
    expect(await looks()).toEqual(good);
    await page.getByLabel('6-stelliger Code').fill(RIGHT_CODE);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Speichern Sie Ihre Codes' }).waitFor();
    expect(await looks()).toEqual(good);
    await page.getByRole('button', { name: 'Ich habe sie gespeichert' }).click();
    await page.getByRole('button', { name: /^Weiter als Ann-Kathrin/ }).waitFor();
    expect(await looks()).toEqual(good);
  });

  describe('with a passkey', () => {
    async function authenticator(userId: string | undefined): Promise<void> {
      const session = await context.newCDPSession(page);
      await session.send('WebAuthn.enable');
      const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol: 'ctap2',
          transport: 'internal',
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: true,
          automaticPresenceSimulation: true,
        },
      });
      if (userId === undefined) return;
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      await session.send('WebAuthn.addCredential', {
        authenticatorId,
        credential: {
          credentialId: Buffer.from(randomUUID()).toString('base64'),
          isResidentCredential: true,
          rpId: 'auth.localhost',
          privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
          userHandle: Buffer.from(userId).toString('base64'),
          signCount: 0,
        },
      });
    }

    it('goes without a password', async () => {
      const { appId } = await arrive();
      const { userId } = await stage().parts.account(appId);
      await authenticator(userId);
      await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
      await page.getByRole('button', { name: 'Continue as Ann Miller' }).click();
      expect(await codeOf()).toMatch(/\S{20}/);
    });

    it('that is not there says so, and leaves the other ways', async () => {
      await arrive();
      await authenticator(undefined);
      await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
      await page.getByRole('alert').filter({ hasText: 'No passkey was used' }).waitFor();
      expect(await page.getByLabel('Password').isVisible()).toBe(true);
    });
  });

  it('lets somebody else in after somebody, and into another app', async () => {
    const { appId } = await arrive();
    const [ann, bob] = [await stage().parts.account(appId), await stage().parts.account(appId, { name: 'Bob' })];
    await signIn(ann.email);
    await page.getByRole('link', { name: 'Use another account' }).click();
    await signIn(bob.email);
    await page.getByRole('button', { name: 'Continue as Bob' }).click();
    expect(await codeOf()).toMatch(/\S{20}/);
    const other = await arrive();
    const eve = await stage().parts.account(other.appId, { name: 'Eve' });
    await signIn(eve.email);
    await page.getByRole('button', { name: 'Continue as Eve' }).click();
    expect(await codeOf()).toMatch(/\S{20}/);
  });

  it('ends with signing out, asked for by nobody else', async () => {
    const { appId } = await arrive();
    const { email } = await stage().parts.account(appId);
    await signIn(email);
    await page.getByRole('button', { name: 'Continue as Ann Miller' }).click();
    await codeOf();
    await page.goto('http://auth.localhost/oauth/end-session');
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    await page.goto('http://auth.localhost/oauth/end-session');
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  });
});
