import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { decodeJwt } from 'jose';
import * as client from 'openid-client';
import { failure, SignInHarness } from './sign-in.harness.js';

jest.setTimeout(30_000);

let harness: SignInHarness;
let config: client.Configuration;
beforeAll(async () => {
  harness = await SignInHarness.start();
});
afterEach(() => harness.control('POST', 'reset'));
afterAll(() => harness.stop());

function misbehave(behaviour: object, provider = 'google'): Promise<unknown> {
  return harness.control('PUT', `${provider}/behaviour`, behaviour);
}

function exchanged(body: string): Promise<Response> {
  return fetch(`${harness.origin}/google/oauth2/v3/certs`, { headers: { 'x-note': body } });
}

describe('a provider', () => {
  beforeAll(async () => {
    config = await harness.webParty('google');
  });

  it.each([
    ['wrong-signature', /signature/],
    ['expired', /exp/],
    ['wrong-nonce', /nonce/],
    ['no-nonce', /nonce/],
    ['wrong-audience', /aud/],
    ['unknown-key', /no applicable keys/],
    ['alg-none', /alg/],
  ])('gives an ID token that is wrong: %s', async (twist, why) => {
    await misbehave({ idToken: [twist] });
    expect(await failure(harness.signIn(config))).toMatch(why);
    await harness.control('DELETE', 'google/behaviour');
    expect((await harness.signIn(config)).claims()).toBeDefined();
  });

  it('leaves kid out, names keys twice and puts HTML into the name', async () => {
    await misbehave({ idToken: ['missing-kid', 'duplicate-keys', 'html-in-name'] });
    const { idToken } = await harness.control<{ idToken: string }>('POST', 'google/native', { sub: 'ann@example.com' });
    const [header = '', payload = ''] = idToken.split('.').map((part) => Buffer.from(part, 'base64url').toString());
    expect(JSON.parse(header)).toEqual({ alg: 'RS256', typ: 'JWT' });
    expect(payload.match(/"sub":/g)).toHaveLength(2);
    expect(decodeJwt(idToken)).toMatchObject({
      sub: '110000000000000000001',
      name: expect.stringContaining('<script>'),
    });
  });

  it.each([
    ['answers 500', { status: 500 }, /500|unexpected HTTP/i],
    ['breaks the connection', { disconnect: true }, /fetch failed/],
    ['is cut off in the middle of its JSON', { body: 'invalid-json' }, /pars/],
  ])('%s, at the endpoint and as often as asked', async (_name, ending, why) => {
    await misbehave({ faults: [{ route: 'token', ...ending, times: 1 }] });
    expect(await failure(harness.signIn(config))).toMatch(why);
    expect((await harness.signIn(config)).claims()).toBeDefined();
    expect(await harness.control('GET', 'google/behaviour')).toMatchObject({ faults: [{ used: 1 }] });
  });

  it('never answers, and writes down that it was asked', async () => {
    await misbehave({ faults: [{ route: 'token', hang: true }] });
    const impatient = await harness.webParty('google');
    impatient.timeout = 1;
    await expect(harness.signIn(impatient)).rejects.toThrow();
    const { requests } = await harness.control<{ requests: object[] }>('GET', 'requests?route=token');
    expect(requests).toMatchObject([{ done: false, decidedBy: 'behaviour', answer: { kind: 'hang' } }]);
    await misbehave({ blackhole: true });
    await expect(
      fetch(`${harness.origin}/google/oauth2/v3/certs`, { signal: AbortSignal.timeout(200) }),
    ).rejects.toThrow();
  });

  it('is slow to answer, or slow with its body, or has ten megabytes of it', async () => {
    await misbehave({ faults: [{ route: 'jwks', latencyMs: 60, times: 1 }] });
    const before = performance.now();
    await exchanged('slow');
    expect(performance.now() - before).toBeGreaterThan(55);
    await misbehave({ faults: [{ route: 'jwks', body: 'slow', overMs: 300 }] });
    const started = performance.now();
    const answer = await exchanged('drip');
    const headers = performance.now() - started;
    expect(await answer.json()).toMatchObject({ keys: [{ kty: 'RSA' }] });
    expect(performance.now() - started - headers).toBeGreaterThan(150);
    await misbehave({ faults: [{ route: 'jwks', body: 'huge' }] });
    const huge = await (await exchanged('huge')).text();
    expect(huge.length).toBeGreaterThan(10 * 1024 * 1024);
    expect(JSON.parse(huge)).toHaveProperty('keys');
    await misbehave({ faults: [{ route: 'jwks', body: 'duplicate-keys' }] });
    expect(await (await exchanged('twice')).text()).toMatch(/^\{"keys":"x","keys":\[/);
  });

  it('carries out a request and does not say so', async () => {
    const signedIn = await harness.signIn(config, { access_type: 'offline' });
    await misbehave({ faults: [{ route: 'revoke', after: true, status: 503, retryAfter: 2 }] });
    await expect(client.tokenRevocation(config, String(signedIn.refresh_token))).rejects.toThrow();
    expect(await harness.control('GET', 'google/grants')).toEqual({ grants: [] });
  });

  it('goes by another name in its metadata, its redirects or its tokens', async () => {
    const { issuer } = await harness.control<{ issuer: string }>('GET', 'apple/client');
    await misbehave({ issuer: { discovery: 'https://account.apple.com' } }, 'apple');
    await expect(harness.appleParty()).rejects.toThrow();
    await harness.control('DELETE', 'apple/behaviour');
    const apple = await harness.appleParty();
    await misbehave({ issuer: { tokens: 'https://account.apple.com' } }, 'apple');
    const [ann] = await harness.people('apple');
    expect(await failure(harness.signIn(apple, { scope: 'openid', login_hint: ann.sub }))).toMatch(/iss/);
    await misbehave({ issuer: { responses: issuer } });
    expect(await failure(harness.signIn(config))).toMatch(/iss/);
  });

  it('changes its keys, with or without the old ones beside them', async () => {
    const kids = async (): Promise<string[]> => {
      const { keys } = (await (await exchanged('')).json()) as { keys: { kid: string }[] };
      return keys.map(({ kid }) => kid);
    };
    const [old] = await kids();
    await harness.control('POST', 'google/keys/rotate');
    expect(await kids()).toEqual([expect.any(String), old]);
    await harness.control('POST', 'google/keys/rotate', { keepOld: false });
    expect(await kids()).toEqual([expect.not.stringMatching(String(old))]);
    expect((await harness.signIn(await harness.webParty('google'))).claims()).toBeDefined();
  });

  it('remembers what it was asked, but no secret', async () => {
    await harness.signIn(await harness.webParty('google'));
    const { requests } = await harness.control<{ requests: Record<string, unknown>[] }>(
      'GET',
      'requests?provider=google',
    );
    const seen = requests.filter(({ route }) => route === 'authorize' || route === 'token');
    expect(seen).toMatchObject([
      { method: 'GET', query: { scope: 'openid email profile' }, answer: { status: 302 }, done: true },
      { method: 'POST', grantType: 'authorization_code', payload: { code_verifier: expect.any(String) } },
    ]);
    expect(JSON.stringify(requests)).not.toContain('GOCSPX-');
    const none = await harness.control<{ requests: object[] }>('GET', 'requests?clientId=nobody&status=200');
    expect(none.requests).toEqual([]);
  });

  it('refuses faults that say nothing or too much', async () => {
    const put = (fault: object) => harness.box.control('PUT', '/v1/sign-in/google/behaviour', { faults: [fault] });
    expect((await put({})).status).toBe(422);
    expect((await put({ body: 'huge', status: 500 })).status).toBe(422);
    expect((await put({ route: 'POST /token', hang: true })).status).toBe(422);
    expect((await put({ route: 'token', body: 'huge' })).status).toBe(200);
  });
});
