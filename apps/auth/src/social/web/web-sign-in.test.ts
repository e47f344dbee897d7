import { describe, expect, it } from '@jest/globals';
import { TEST_ISSUER } from '../../sign-in.harness.js';
import { type Arrival, answerOf, useSocial } from '../social.harness.js';

const social = useSocial();

const person = (provider: string, more: object) =>
  social.sandbox().control<{ sub: string; email?: string }>('POST', `/v1/sign-in/${provider}/people`, more);
let people = 0;
const anybody = (provider: string, more: object = {}) => {
  people += 1;
  return person(provider, { email: `person${people}@example.com`, name: `Person ${people}`, ...more });
};
const tokenCalls = async (provider: string) =>
  (
    await social
      .sandbox()
      .control<{ requests: unknown[] }>('GET', `/v1/sign-in/requests?provider=${provider}&route=token`)
  ).requests.length;

function parametersOf(arrival: Arrival): URLSearchParams {
  if (arrival.at !== 'provider') throw new Error(`not at the provider: ${JSON.stringify(arrival)}`);
  return arrival.url.searchParams;
}

describe('signing in with a provider', () => {
  it.each(['google', 'apple', 'acme'])('makes a user of whoever %s proves, and knows them again', async (name) => {
    const app = await social.newAppWithProviders();
    const { sub, email } = await anybody(name);
    const first = await social.visitor(app).arrive();
    const userId = await first.redeem(await first.through(name, sub));
    const again = await social.visitor(app).arrive();
    expect(await again.redeem(await again.through(name, sub))).toBe(userId);
    expect(await social.users(app)).toEqual([
      expect.objectContaining({ id: userId, email, email_verified_at: expect.any(Date), name: `Person ${people}` }),
    ]);
    expect(await social.identities(app)).toEqual([
      expect.objectContaining({ user_id: userId, provider: name, subject: sub }),
    ]);
    expect(await social.events(app, 'auth.identity_linked')).toEqual([
      expect.objectContaining({ provider: name, how: 'created' }),
    ]);
  });

  it('keeps what a provider said until the browser has fetched it, and no longer', async () => {
    const app = await social.newAppWithProviders();
    const { sub } = await anybody('google');
    const visitor = await social.visitor(app).arrive();
    await visitor.redeem(await visitor.through('google', sub));
    const { rows } = await social
      .database()
      .query('SELECT outcome, finished_at FROM social_state WHERE app_id = $1', [app.id]);
    expect(rows).toEqual([{ outcome: null, finished_at: expect.any(Date) }]);
  });

  it('asks Google for a token that can be taken back, and keeps it sealed', async () => {
    const app = await social.newAppWithProviders();
    const { sub } = await anybody('google');
    const visitor = await social.visitor(app).arrive();
    await visitor.redeem(await visitor.through('google', sub));
    const [identity] = await social.identities(app);
    expect(identity!.refresh_token).toBeInstanceOf(Buffer);
    expect(identity!.refresh_token!.toString()).not.toContain('1//0');
  });

  it('takes the name that Apple says once, also when it is made of HTML', async () => {
    const app = await social.newAppWithProviders();
    const { sub } = await anybody('apple', { name: '<b>Ann</b> \u202eArcher' });
    const visitor = await social.visitor(app).arrive();
    await visitor.redeem(await visitor.through('apple', sub));
    expect((await social.users(app))[0]!.name).toBe('<b>Ann</b> Archer');
    const again = await social.visitor(app).arrive();
    await again.redeem(await again.through('apple', sub));
    expect((await social.users(app))[0]!.name).toBe('<b>Ann</b> Archer');
  });

  it('comes back to the sign-in page when somebody changes their mind over there', async () => {
    const app = await social.newAppWithProviders();
    const visitor = await social.visitor(app).arrive();
    const state = parametersOf(await visitor.press('google')).get('state')!;
    const url = new URL(`${TEST_ISSUER}/sign-in/callback/google/${app.publicId}`);
    url.search = new URLSearchParams({ error: 'access_denied', state }).toString();
    expect(await visitor.back({ method: 'GET', url })).toMatchObject({
      at: 'page',
      page: { page: 'sign-in', trouble: 'cancelled', with: 'google' },
    });
  });

  it('stays at the sign-in page for a provider that the app does not have', async () => {
    const app = await social.newApp();
    const visitor = await social.visitor(app).arrive();
    expect(await visitor.press('google')).toMatchObject({ at: 'page', page: { page: 'sign-in' } });
  });
});

describe('check 12: mix-up', () => {
  it('check 12: each provider answers to an address of its own', async () => {
    const app = await social.newAppWithProviders();
    const visitor = await social.visitor(app).arrive();
    const addresses = [];
    for (const name of ['google', 'apple', 'acme']) {
      addresses.push(parametersOf(await visitor.press(name)).get('redirect_uri'));
    }
    expect(addresses).toEqual(
      ['google', 'apple', 'acme'].map((name) => `${TEST_ISSUER}/sign-in/callback/${name}/${app.publicId}`),
    );
  });

  it("check 12: one provider's answer at another's address is refused before its code is shown to anybody", async () => {
    const app = await social.newAppWithProviders();
    const { sub } = await anybody('acme');
    const visitor = await social.visitor(app).arrive();
    const pressed = await visitor.press('acme');
    const answer = await answerOf((pressed as { url: URL }).url, sub);
    const before = [await tokenCalls('google'), await tokenCalls('acme')];
    answer.url.pathname = `/sign-in/callback/google/${app.publicId}`;
    // Even where the answer does not say whose it is.
    answer.url.searchParams.delete('iss');
    expect(await visitor.back(answer)).toMatchObject({ page: { trouble: 'failed', with: 'google' } });
    expect([await tokenCalls('google'), await tokenCalls('acme')]).toEqual(before);
    expect(await social.users(app)).toEqual([]);
  });

  it('check 12: an answer that names another issuer, or none where its provider always does, is refused', async () => {
    const app = await social.newAppWithProviders();
    const { sub } = await anybody('acme');
    for (const iss of ['https://attacker.example', undefined]) {
      const visitor = await social.visitor(app).arrive();
      const answer = await answerOf(((await visitor.press('acme')) as { url: URL }).url, sub);
      if (iss === undefined) answer.url.searchParams.delete('iss');
      else answer.url.searchParams.set('iss', iss);
      const before = await tokenCalls('acme');
      expect(await visitor.back(answer)).toMatchObject({ page: { trouble: 'failed', with: 'acme' } });
      expect(await tokenCalls('acme')).toBe(before);
    }
    expect(await social.users(app)).toEqual([]);
  });
});

describe('check 13: state and nonce', () => {
  it('check 13: an answer is taken once', async () => {
    const app = await social.newAppWithProviders();
    const { sub } = await anybody('google');
    const visitor = await social.visitor(app).arrive();
    const answer = await answerOf(((await visitor.press('google')) as { url: URL }).url, sub);
    expect((await visitor.back(answer)).at).toBe('app');
    expect(await visitor.back(answer)).toMatchObject({ at: 'page', status: 410 });
  });

  it.each(['google', 'apple'])("check 13: %s's answer to one browser is worth nothing in another", async (name) => {
    const app = await social.newAppWithProviders();
    const { sub } = await anybody(name);
    const [attacker, victim] = [await social.visitor(app).arrive(), await social.visitor(app).arrive()];
    await victim.press(name);
    const answer = await answerOf(((await attacker.press(name)) as { url: URL }).url, sub);
    const before = await tokenCalls(name);
    const arrival = await victim.back(answer);
    expect(arrival.at).toBe('page');
    // Whoever comes by a link brings a cookie or has none: that is known before the code is shown to anybody.
    if (name === 'google') expect(await tokenCalls(name)).toBe(before);
    expect(await social.users(app)).toEqual([]);
    expect(await social.events(app, 'auth.signed_in')).toEqual([]);
  });

  it('check 13: what a provider said is handed out once, and to the cookie that set out', async () => {
    const app = await social.newAppWithProviders();
    const { sub } = await anybody('apple');
    const visitor = await social.visitor(app).arrive();
    const answer = await answerOf(((await visitor.press('apple')) as { url: URL }).url, sub);
    const body = (answer as { form: URLSearchParams }).form;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await social.fetch(answer.url.href, { method: 'POST', headers, body })).status).toBe(303);
    const place = { uid: visitor.uid, appId: app.id };
    const finish = (cookie: string | undefined) =>
      social.side().web.finish(place, 'apple', cookie, { isOpen: true, locale: 'en' });
    const cookie = visitor.browser.cookies.get(`sb_social_${visitor.uid}`)!;
    for (const wrong of [undefined, '', 'another'])
      expect(await finish(wrong)).toEqual({ end: 'back', notice: 'failed' });
    expect(await finish(cookie)).toMatchObject({ end: 'created' });
    expect(await finish(cookie)).toEqual({ end: 'back', notice: 'failed' });
  });

  it('check 13: a state that nobody was given, or that is of another app, is answered alike', async () => {
    const [app, other] = [await social.newAppWithProviders(), await social.newAppWithProviders()];
    const visitor = await social.visitor(app).arrive();
    const state = parametersOf(await visitor.press('google')).get('state')!;
    const at = (publicId: string, value: string) =>
      visitor.open(`${TEST_ISSUER}/sign-in/callback/google/${publicId}?code=c&state=${value}`);
    // Nobody waits for it: the browser goes back to the sign-in that it is in the middle of.
    const back = { at: 'page', page: { page: 'sign-in', uid: visitor.uid } };
    expect(await at(app.publicId, 'made-up')).toEqual(expect.objectContaining(back));
    expect(await at(other.publicId, state)).toMatchObject({ page: { trouble: 'failed' } });
    expect(await at(app.publicId, state)).toEqual(expect.objectContaining(back));
    expect(await social.users(app)).toEqual([]);
  });

  it('check 13: a token with another nonce, or without one, signs nobody in', async () => {
    const app = await social.newAppWithProviders();
    const { sub } = await anybody('nonces');
    const { issuer, clientId, clientSecret } = await social
      .sandbox()
      .control<Record<string, string>>('GET', '/v1/sign-in/nonces/client');
    const config = { kind: 'oidc', issuer, clientId, clientSecret };
    await social.call('PUT', `/v1/apps/${app.publicId}/sign-in-providers/nonces`, config);
    for (const twist of ['wrong-nonce', 'no-nonce']) {
      await social.sandbox().control('PUT', '/v1/sign-in/nonces/behaviour', { idToken: [twist] });
      const visitor = await social.visitor(app).arrive();
      expect(await visitor.through('nonces', sub)).toMatchObject({ page: { trouble: 'silent', with: 'nonces' } });
    }
    expect(await social.users(app)).toEqual([]);
  });
});
