import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@signalbox/testing';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { type Person, SignInHarness, unique } from './sign-in.harness.js';

jest.setTimeout(30_000);

let harness: SignInHarness;
let ann: Person;
let cleo: Person;
beforeAll(async () => {
  harness = await SignInHarness.start();
  [ann, , cleo] = await harness.people('apple');
});
afterEach(() => harness.control('POST', 'reset'));
afterAll(() => harness.stop());

/** Registers a receiver; answers what comes there, in order. */
async function inbox(provider: string, more: object = {}) {
  const path = `/${unique()}`;
  await harness.control('POST', `${provider}/receivers`, { url: `${harness.receiver.url}${path}`, ...more });
  const posts = (count: number) =>
    eventually(() => {
      const all = harness.receiver.postsTo(path);
      if (all.length < count) throw new Error(`${all.length} of ${count} have come`);
      return all;
    });
  return { path, posts };
}

const APPLE = 'dev.signalbox.demo';

describe("Apple's notifications", () => {
  it('are a signed payload whose events are JSON in a string', async () => {
    const { posts } = await inbox('apple');
    await harness.control('POST', 'apple/events', { type: 'email-disabled', sub: cleo.sub });
    const [post] = await posts(1);
    expect(post?.headers['content-type']).toBe('application/json');
    const { payload } = JSON.parse(post?.body ?? '') as { payload: string };
    const keys = createRemoteJWKSet(new URL(`${harness.origin}/apple/auth/keys`));
    const verified = await jwtVerify(payload, keys, { issuer: `${harness.origin}/apple`, audience: APPLE });
    expect(verified.payload).toMatchObject({ jti: expect.any(String), iat: expect.any(Number) });
    expect(JSON.parse(String(verified.payload['events']))).toEqual({
      type: 'email-disabled',
      sub: cleo.sub,
      email: expect.stringMatching(/@privaterelay\.appleid\.com$/),
      is_private_email: 'true',
      event_time: expect.any(Number),
    });
  });

  it('tell what has happened at Apple as well', async () => {
    await inbox('apple', { clientId: 'dev.signalbox.demo.web' });
    const config = await harness.appleParty();
    const tokens = await harness.signIn(config, { scope: 'openid', login_hint: ann.sub });
    await harness.control('POST', 'apple/events', { type: 'consent-revoked', sub: ann.sub });
    const over = client.refreshTokenGrant(config, String(tokens.refresh_token));
    await expect(over).rejects.toMatchObject({ error: 'invalid_grant' });
    await harness.control('POST', 'apple/events', { type: 'account-deleted', sub: ann.sub });
    expect((await harness.people('apple')).map(({ sub }) => sub)).not.toContain(ann.sub);
  });
});

describe("Google's security events", () => {
  it.each([
    ['sessions-revoked', 'risc', undefined],
    ['tokens-revoked', 'oauth', undefined],
    ['account-disabled', 'risc', 'hijacking'],
    ['account-credential-change-required', 'risc', undefined],
  ])('%s are tokens that never expire', async (type, family, reason) => {
    const { posts } = await inbox('google');
    await harness.control('POST', 'google/events', { type, sub: '110000000000000000001', reason });
    const [post] = await posts(1);
    expect(post?.headers['content-type']).toBe('application/secevent+jwt');
    const risc = await fetch(`${harness.origin}/google/.well-known/risc-configuration`);
    const { issuer, jwks_uri: uri } = (await risc.json()) as { issuer: string; jwks_uri: string };
    expect(issuer).toBe(`${harness.origin}/google/`);
    const keys = createRemoteJWKSet(new URL(uri));
    const { clientId } = await harness.control<{ clientId: string }>('GET', 'google/client');
    const { payload } = await jwtVerify(post?.body ?? '', keys, { issuer, audience: clientId, typ: 'secevent+jwt' });
    expect(payload.exp).toBeUndefined();
    const subject = { subject_type: 'iss-sub', iss: issuer, sub: '110000000000000000001' };
    expect(payload['events']).toEqual({
      [`https://schemas.openid.net/secevent/${family}/event-type/${type}`]: { subject, ...(reason && { reason }) },
    });
  });

  it('can be forged, replayed, and about nobody', async () => {
    const { posts } = await inbox('google');
    const send = (more: object) => harness.control('POST', 'google/events', { type: 'sessions-revoked', ...more });
    await send({ sub: 'nobody', jti: 'same' });
    await send({ sub: 'nobody', jti: 'same', twists: ['wrong-audience', 'unknown-key'] });
    const bodies = (await posts(2)).map(({ body }) => body);
    const claims = bodies.map((body) => decodeJwt(body));
    expect(claims).toMatchObject([{ jti: 'same' }, { jti: 'same', aud: 'somebody-else' }]);
    const { keys } = await harness.control<{ keys: { kid: string }[] }>('GET', 'google/keys');
    const kids = bodies.map((body) => decodeProtectedHeader(body).kid);
    expect(kids.map((kid) => kid === keys[0]?.kid)).toEqual([true, false]);
  });

  it('verify a receiver with a state', async () => {
    const { posts } = await inbox('google');
    await harness.control('POST', 'google/events', { type: 'verification', reason: 'state-1' });
    const [post] = await posts(1);
    expect(decodeJwt(post?.body ?? '')['events']).toEqual({
      'https://schemas.openid.net/secevent/risc/event-type/verification': { state: 'state-1' },
    });
  });

  it('come again until they are taken, and every attempt is listed', async () => {
    const { path, posts } = await inbox('google');
    harness.receiver.script(path, (_post, turn) => ({ status: turn < 3 ? 503 : 202 }));
    const retries = { attempts: 5, firstMs: 5, maxMs: 5 };
    await harness.control('PUT', 'delivery-behaviour', { retries });
    const { jti } = await harness.control('POST', 'google/events', { type: 'sessions-revoked', sub: 'x' });
    await posts(3);
    const taken = `deliveries?jti=${String(jti)}&status=202&waitMs=5000`;
    expect(await harness.control('GET', taken)).toMatchObject({
      deliveries: [{ attempt: 3, type: 'sessions-revoked' }],
    });
    expect(new Set(harness.receiver.postsTo(path).map(({ body }) => body)).size).toBe(1);
    await harness.control('DELETE', 'delivery-behaviour');
  });

  it('go nowhere when their receiver is removed', async () => {
    const [removed, kept] = [await inbox('google'), await inbox('google')];
    const { receivers } = await harness.control<{ receivers: { id: string }[] }>('GET', 'receivers');
    await harness.control('PUT', 'delivery-behaviour', { delayMs: 100 });
    const event = { type: 'sessions-revoked', sub: 'x' };
    expect(await harness.control('POST', 'google/events', event)).toMatchObject({ sent: 2 });
    await harness.control('DELETE', `receivers/${String(receivers[0]?.id)}`);
    expect(await harness.control('POST', 'google/events', event)).toMatchObject({ sent: 1 });
    await kept.posts(2);
    expect(harness.receiver.postsTo(removed.path)).toEqual([]);
    expect((await harness.box.control('DELETE', '/v1/sign-in/receivers/none')).status).toBe(404);
  });
});
