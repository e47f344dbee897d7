import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { countBeats } from '@signalbox/testing';
import { type Arrival, type TestApp, useSocial } from '../social.harness.js';

const social = useSocial();
const control = <Answer>(method: string, path: string, body?: unknown) =>
  social.sandbox().control<Answer>(method, `/v1/sign-in/${path}`, body);

const ANN = 'ann@example.com';
/** Milliseconds. What a visitor waits at the most, and what an error may take. */
const FALLBACK = 2_000;
const TYPED_ERROR = 3_000;
const BEAT_MS = 50;

afterEach(async () => {
  jest.restoreAllMocks();
  for (const name of ['google', 'apple', 'acme']) await control('DELETE', `${name}/behaviour`);
});

/** By beats of the process in which the service runs: what others keep it from is not the provider's doing. */
async function timed<Result>(work: () => Promise<Result>): Promise<{ result: Result; ms: number }> {
  const beats = countBeats(BEAT_MS);
  try {
    const result = await work();
    return { result, ms: beats() * BEAT_MS };
  } finally {
    beats();
  }
}

/** Ann tries to sign in with a provider. */
async function attempt(app: TestApp, provider: string): Promise<{ arrival: Arrival; ms: number }> {
  const visitor = await social.visitor(app).arrive();
  const { result: arrival, ms } = await timed(() => visitor.through(provider, ANN));
  return { arrival, ms };
}

const atSignIn = (provider: string) => ({
  at: 'page',
  status: 200,
  page: { page: 'sign-in', trouble: 'silent', with: provider },
});

async function calls(filter: string): Promise<number> {
  return (await control<{ requests: unknown[] }>('GET', `requests?${filter}&limit=1000`)).requests.length;
}

describe.each([
  ['down', { faults: [{ disconnect: true }] }, ['unreachable', 'bad_answer']],
  ['slow: 30 s for everything', { latencyMs: 30_000 }, ['timeout']],
  ['slow: 30 s for the code', { faults: [{ route: 'token', latencyMs: 30_000 }] }, ['timeout']],
  ['without an answer', { blackhole: true }, ['timeout']],
  ['signing wrongly', { idToken: ['wrong-signature'] }, ['bad_signature']],
  ['flipping its issuer', { issuer: { tokens: 'https://accounts.example.com' } }, ['wrong_issuer']],
])('Google, %s', (_how, behaviour, troubles) => {
  it('leads back to the sign-in page within 2 s, and others are not affected', async () => {
    const app = await social.newAppWithProviders();
    await control('PUT', 'google/behaviour', behaviour);
    const [google, apple, acme] = await Promise.all([
      attempt(app, 'google'),
      attempt(app, 'apple'),
      attempt(app, 'acme'),
    ]);
    expect(google.arrival).toMatchObject(atSignIn('google'));
    expect(google.ms).toBeLessThan(FALLBACK);
    expect([apple.arrival.at, acme.arrival.at]).toEqual(['app', 'app']);
    const told = await social.events(app, 'auth.provider_trouble');
    expect(told).toEqual([{ provider: 'google', kind: 'google', trouble: expect.any(String), opened: false }]);
    expect(troubles).toContain(told[0]!['trouble']);
    const identities = await social.identities(app);
    expect(identities.map(({ provider }) => provider).sort()).toEqual(['acme', 'apple']);
  });
});

describe('check 15: pinned metadata', () => {
  it('check 15: a discovery document that names another issuer is told of, and changes nothing for anybody', async () => {
    const app = await social.newAppWithProviders();
    await control('PUT', 'apple/behaviour', { issuer: { discovery: 'https://account.apple.com' } });
    await social.side().canary.round(undefined, new Date());
    expect(await social.events(app, 'auth.provider_trouble')).toEqual([
      { provider: 'apple', kind: 'apple', trouble: 'wrong_issuer', opened: false },
    ]);
    expect((await attempt(app, 'apple')).arrival.at).toBe('app');
  });

  it('check 15: a token of another issuer is refused, the fallback is offered, and the app hears of it', async () => {
    const app = await social.newAppWithProviders();
    await control('PUT', 'acme/behaviour', { issuer: { tokens: 'https://attacker.example' } });
    expect((await attempt(app, 'acme')).arrival).toMatchObject(atSignIn('acme'));
    expect(await social.users(app)).toEqual([]);
    expect(await social.events(app, 'auth.provider_trouble')).toEqual([
      expect.objectContaining({ provider: 'acme', trouble: 'wrong_issuer' }),
    ]);
  });

  it('check 15: a provider that calls itself something else is not set up at all', async () => {
    const app = await social.newApp();
    const { issuer, ...client } = await control<Record<string, string>>('GET', 'acme/client');
    await control('PUT', 'acme/behaviour', { issuer: { discovery: 'https://attacker.example' } });
    const { status, body } = await social.call('PUT', `/v1/apps/${app.publicId}/sign-in-providers/acme`, {
      kind: 'oidc',
      issuer,
      ...client,
    });
    expect([status, body.errors]).toEqual([422, [expect.objectContaining({ pointer: '/issuer' })]]);
  });
});

describe('check 16: a provider that fails', () => {
  const invalidJson = { faults: [{ route: 'token', body: 'invalid-json' }] };
  it.each([
    ['timeout', { faults: [{ route: 'token', hang: true }] }],
    ['server_error', { faults: [{ route: 'token', status: 500 }] }],
    ['server_error', { faults: [{ route: 'jwks', status: 503 }] }],
    ['bad_answer', invalidJson],
    ['bad_answer', { faults: [{ route: 'jwks', body: 'invalid-json' }] }],
    ['bad_answer', { faults: [{ route: 'token', disconnect: true }] }],
    ['bad_signature', { idToken: ['wrong-signature'] }],
    ['bad_signature', { idToken: ['unknown-key'] }],
    ['bad_answer', { idToken: ['alg-none'] }],
    ['expired_token', { idToken: ['expired'] }],
    ['wrong_audience', { idToken: ['wrong-audience'] }],
  ])('check 16: %s (%j) is a typed error within 3 s, and leaves no half account', async (trouble, behaviour) => {
    const app = await social.newAppWithProviders();
    await control('PUT', 'acme/behaviour', behaviour);
    const { arrival, ms } = await attempt(app, 'acme');
    expect(arrival).toMatchObject(atSignIn('acme'));
    expect(ms).toBeLessThan(TYPED_ERROR);
    expect(await social.events(app, 'auth.provider_trouble')).toEqual([
      { provider: 'acme', kind: 'oidc', trouble, opened: false },
    ]);
    expect([await social.users(app), await social.identities(app)]).toEqual([[], []]);
  });

  it('check 16: a name that does not resolve, and a port where nobody listens', async () => {
    const app = await social.newApp();
    const { issuer, ...client } = await control<Record<string, string>>('GET', 'acme/client');
    for (const origin of ['https://provider.invalid', 'http://127.0.0.1:1']) {
      const metadata = {
        authorizationEndpoint: `${issuer}/authorize`,
        tokenEndpoint: `${origin}/token`,
        jwksUri: `${issuer}/jwks`,
      };
      const config = { kind: 'oidc', issuer, ...client, metadata };
      const put = await social.call('PUT', `/v1/apps/${app.publicId}/sign-in-providers/acme`, config);
      expect(put.status).toBe(200);
      const { arrival, ms } = await attempt(app, 'acme');
      expect(arrival).toMatchObject(atSignIn('acme'));
      expect(ms).toBeLessThan(TYPED_ERROR);
    }
    const told = (await social.events(app, 'auth.provider_trouble')).map(({ trouble }) => trouble);
    expect(['unreachable', 'timeout']).toContain(told[0]);
    expect(told.at(-1)).toBe('unreachable');
  });

  it('check 16: the circuit opens after 5, spares the provider, and closes when it is well again', async () => {
    const app = await social.newAppWithProviders();
    await control('PUT', 'google/behaviour', { faults: [{ route: 'token', status: 500 }] });
    for (let times = 0; times < 5; times += 1) await attempt(app, 'google');
    expect((await social.events(app, 'auth.provider_trouble')).map(({ opened }) => opened)).toEqual([false, true]);
    await control('DELETE', 'google/behaviour');
    const before = await calls('provider=google');
    const { arrival, ms } = await attempt(app, 'google');
    expect(arrival).toMatchObject(atSignIn('google'));
    expect(ms).toBeLessThan(500);
    expect(await calls('provider=google')).toBe(before);
    expect((await attempt(await social.newAppWithProviders(), 'google')).arrival.at).toBe('app');

    const now = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => now() + 31_000);
    expect((await attempt(app, 'google')).arrival.at).toBe('app');
    expect((await attempt(app, 'google')).arrival.at).toBe('app');
  });

  it('check 16: codes that visitors make up, and errors that they bring, open no circuit', async () => {
    const app = await social.newAppWithProviders();
    for (let times = 0; times < 4; times += 1) {
      for (const brought of ['code=made-up', 'error=server_error', 'x=1']) {
        const visitor = await social.visitor(app).arrive();
        const { url } = (await visitor.press('google')) as { url: URL };
        const callback = new URL(url.searchParams.get('redirect_uri')!);
        callback.search = `?state=${url.searchParams.get('state')}&${brought}`;
        expect(await visitor.back({ method: 'GET', url: callback })).toMatchObject({ page: { with: 'google' } });
      }
    }
    expect((await attempt(app, 'google')).arrival.at).toBe('app');
    expect(await social.events(app, 'auth.provider_trouble')).toEqual([]);
  });

  it('keeps the wish of whoever got in another way, until it is fulfilled', async () => {
    const app = await social.newAppWithProviders();
    const account = await social.newAccount(app);
    const { userId } = account;
    await control('PUT', 'google/behaviour', { blackhole: true });
    const visitor = await social.visitor(app).arrive();
    expect(await visitor.through('google', ANN)).toMatchObject(atSignIn('google'));
    expect((await visitor.signInLocally(account)).at).toBe('app');
    const { body } = await social.call('GET', '/v1/me/identities', undefined, social.tokenOf(app, userId));
    expect(body).toEqual({ items: [], wished: ['google'] });
  });
});

describe('check 30: answers that no provider should give', () => {
  it.each([
    ['too_large', { faults: [{ route: 'token', body: 'huge' }] }],
    ['too_large', { faults: [{ route: 'jwks', body: 'huge' }] }],
    ['timeout', { faults: [{ route: 'token', body: 'slow' }] }],
    ['bad_answer', { faults: [{ route: 'token', body: 'duplicate-keys' }] }],
    ['bad_answer', { faults: [{ route: 'jwks', body: 'duplicate-keys' }] }],
    ['bad_answer', { idToken: ['duplicate-keys'] }],
  ])('check 30: %s (%j) is refused within 3 s', async (trouble, behaviour) => {
    const app = await social.newAppWithProviders();
    await control('PUT', 'acme/behaviour', behaviour);
    const { arrival, ms } = await attempt(app, 'acme');
    expect(arrival).toMatchObject(atSignIn('acme'));
    expect(ms).toBeLessThan(TYPED_ERROR);
    expect(await social.events(app, 'auth.provider_trouble')).toEqual([expect.objectContaining({ trouble })]);
    expect(await social.users(app)).toEqual([]);
  });

  it('check 30: HTML in a name is a name', async () => {
    const app = await social.newAppWithProviders();
    await control('PUT', 'acme/behaviour', { idToken: ['html-in-name'] });
    expect((await attempt(app, 'acme')).arrival.at).toBe('app');
    const [user] = await social.users(app);
    expect(user!.name).toMatch(/^<img src=x onerror=alert\(1\)> "Ann"/);
    expect(user!.name!.length).toBeLessThanOrEqual(100);
  });
});
