import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { browserCookie, readBrowserCookie } from '../social/web/browser-cookie.js';
import { CALLBACK, TestPhone, type TestSignIn, useSignIn } from '../sign-in.harness.js';

const ISSUER = 'https://auth.test';
const CHALLENGE = createHash('sha256').update('v'.repeat(43)).digest('base64url');

/** A browser as strict as those of today about cookies whose names promise something (RFC 6265bis section 4.1.3). */
class StrictBrowser {
  readonly cookies = new Map<string, string>();

  constructor(
    private readonly signIn: Pick<TestSignIn, 'fetch'>,
    /** What a neighbouring subdomain has set for the whole domain. */
    private readonly planted: readonly string[] = [],
  ) {}

  async go(url: string): Promise<{ readonly location: string | null; readonly status: number }> {
    const cookie = [...[...this.cookies].map(([name, value]) => `${name}=${value}`), ...this.planted].join('; ');
    const answer = await this.signIn.fetch(url, { headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) this.keep(line);
    return { location: answer.headers.get('location'), status: answer.status };
  }

  /** Follows redirects within the issuer. @returns where they lead out of it, or the status where they end. */
  async follow(url: string): Promise<URL | number> {
    for (let next = url; ;) {
      const { location, status } = await this.go(next);
      if (location === null) return status;
      const target = new URL(location, ISSUER);
      if (target.origin !== ISSUER) return target;
      next = target.href;
    }
  }

  private keep(line: string): void {
    const [pair = '', ...attributes] = line.toLowerCase().startsWith('__host-') ? line.split(/; */) : [];
    const named = attributes.map((attribute) => attribute.toLowerCase());
    const isTaken =
      named.includes('secure') && named.includes('path=/') && !named.some((each) => each.startsWith('domain'));
    if (!isTaken) throw new Error(`browsers do not take this cookie: ${line}`);
    const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
    if (named.some((each) => each.startsWith('expires=thu, 01 jan 1970'))) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

describe('cookies over https', () => {
  const signIn = useSignIn(ISSUER);
  let clientId: string;

  beforeAll(async () => {
    const appId = await signIn.newApp();
    clientId = await signIn.newClient(appId);
    signIn.visitor.userId = await signIn.newUser(appId);
  });
  const authorizeUrl = (more: Record<string, string> = {}): string =>
    `${ISSUER}/oauth/authorize?${new URLSearchParams({
      ...{ client_id: clientId, response_type: 'code', redirect_uri: CALLBACK, scope: 'openid' },
      ...{ code_challenge: CHALLENGE, code_challenge_method: 'S256', ...more },
    }).toString()}`;
  const codeIn = (end: URL | number): string | null => (end as URL).searchParams.get('code');

  it('are all bound to this host, and those of a sign-in go with it', async () => {
    const browser = new StrictBrowser(signIn);
    expect(codeIn(await browser.follow(authorizeUrl()))).toEqual(expect.any(String));
    const names = [...browser.cookies.keys()].map((name) => name.replace(/(sb_[a-z]+(\.sig)?)_.*/, '$1')).sort();
    expect(names).toEqual(['__Host-sb_device', '__Host-sb_session', '__Host-sb_session.sig']);
  });

  it('of two windows are not taken for each other', async () => {
    const browser = new StrictBrowser(signIn);
    const first = await browser.go(authorizeUrl());
    expect(codeIn(await browser.follow(authorizeUrl()))).toEqual(expect.any(String));
    expect(first.location).toMatch(/^\/sign-in\//);
    expect(codeIn(await browser.follow(ISSUER + first.location!))).toEqual(expect.any(String));
  });

  it('of sign-ins that nobody ends do not crowd out who is signed in, nor the latest sign-in', async () => {
    const browser = new StrictBrowser(signIn);
    await browser.follow(authorizeUrl());
    const first = await browser.go(authorizeUrl({ prompt: 'login' }));
    let last = first;
    // Any website can do this in a popup.
    for (let popup = 0; popup < 40; popup += 1) {
      last = await browser.go(authorizeUrl({ prompt: 'login' }));
      expect(last.location).toMatch(/^\/sign-in\//);
    }
    const ofSignIns = [...browser.cookies.keys()].filter((name) => /sb_(interaction|resume)/.test(name));
    // Four of each.
    expect(ofSignIns).toHaveLength(4 * 8);
    expect([...browser.cookies.keys()]).toEqual(expect.arrayContaining(['__Host-sb_session', '__Host-sb_device']));
    // Its cookies are gone: begin again in the app.
    expect(await browser.follow(ISSUER + first.location!)).toBeGreaterThanOrEqual(400);
    expect(codeIn(await browser.follow(ISSUER + last.location!))).toEqual(expect.any(String));
  });

  it('that a neighbour has set for the domain are not read', async () => {
    const thief = new StrictBrowser(signIn);
    await thief.follow(authorizeUrl());
    await thief.go(authorizeUrl({ prompt: 'login' }));
    const planted = [...thief.cookies].map(([name, value]) => {
      const plain = name.replace('__Host-', '').replace(/^(sb_(?:interaction|resume)(?:\.sig)?)_.*/, '$1');
      return `${plain}=${value}`;
    });
    expect(planted.join()).toContain('sb_interaction.sig=');
    const silent = await new StrictBrowser(signIn, planted).follow(authorizeUrl({ prompt: 'none' }));
    expect((silent as URL).searchParams.get('error')).toBe('login_required');
    const victim = new StrictBrowser(signIn, planted);
    expect(codeIn(await victim.follow(authorizeUrl()))).toEqual(expect.any(String));
  });
});

describe('cookies over plain HTTP', () => {
  const signIn = useSignIn();

  it('have plain names, for a developer on one machine', async () => {
    const appId = await signIn.newApp();
    signIn.visitor.userId = await signIn.newUser(appId);
    const phone = new TestPhone(signIn, await signIn.newClient(appId));
    await phone.code();
    const names = ['sb_device', 'sb_interaction', 'sb_interaction.sig', 'sb_session', 'sb_session.sig'];
    expect([...phone.browser.cookies.keys()].filter((name) => !name.startsWith('sb_resume')).sort()).toEqual(names);
  });
});

it.each([
  [true, '__Host-sb_social_u-1=v; Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure'],
  [false, 'sb_social_u-1=v; Path=/; Max-Age=600; HttpOnly; SameSite=Lax'],
])('the cookie of a way to a provider and back, over https: %s', (isSecure, line) => {
  expect(browserCookie('u-1', 'v', isSecure)).toBe(line);
  expect(readBrowserCookie(line.split('; ')[0], 'u-1', isSecure)).toBe('v');
  expect(readBrowserCookie(line.split('; ')[0], 'u-1', !isSecure)).toBeUndefined();
});
