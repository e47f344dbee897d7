import { createECDH, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import { SandboxHarness } from './sandbox.harness.js';
import { decrypt } from './webpush/decrypt.js';
import { EXAMPLE_WORKER } from './webpush/page/service-worker.js';
import { brokenRule } from './webpush/request-rules.js';
import { VapidTokens } from './webpush/vapid.js';

const bytes = (text: string): Buffer => Buffer.from(text, 'base64url');

/** The example of RFC 8291, appendix A. */
describe('a message as the standard has it', () => {
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(bytes('q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94'));
  const keys = { pair, publicKey: pair.getPublicKey(), auth: bytes('BTBZMqHH6r4Tts7J_aSIgg') };
  const message = bytes(
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
  );

  it('is read', () => {
    expect(decrypt(message, keys)?.toString()).toBe('When I grow up, I want to be a watermelon');
  });

  it.each([
    ['cut', message.subarray(0, -1)],
    ['changed', Buffer.concat([message.subarray(0, -1), Buffer.from([message.at(-1)! ^ 1])])],
    ['only a header', message.subarray(0, 86)],
    ['nothing at all', Buffer.alloc(0)],
    ['from a key that is none', Buffer.concat([message.subarray(0, 22), Buffer.alloc(64), message.subarray(86)])],
  ])('is not read when it is %s', (_what, broken) => {
    expect(decrypt(broken, keys)).toBeUndefined();
  });

  it('is not read by another browser', () => {
    const other = createECDH('prime256v1');
    expect(decrypt(message, { ...keys, pair: other, publicKey: other.generateKeys() })).toBeUndefined();
  });
});

describe('who sends', () => {
  const origin = 'https://127.0.0.1:4017';
  const now = Date.now();
  const sender = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = sender.publicKey.export({ format: 'jwk' });
  const publicKey = Buffer.concat([Buffer.from([4]), bytes(jwk.x!), bytes(jwk.y!)]).toString('base64url');

  async function header(claims: object = {}, by: KeyObject = sender.privateKey): Promise<string> {
    const exp = Math.floor(now / 1_000) + 3_600;
    const token = await new SignJWT({ aud: origin, exp, sub: 'mailto:ops@example.com', ...claims })
      .setProtectedHeader({ alg: 'ES256' })
      .sign(by);
    return `vapid t=${token}, k=${publicKey}`;
  }
  const judge = (authorization: string | undefined) => new VapidTokens().judge(authorization, origin, now);

  it('is known by a token that is for this push service', async () => {
    expect(await judge(await header())).toMatchObject({ valid: true, sender: { publicKey } });
  });

  const inSeconds = (seconds: number): number => Math.floor(now / 1_000) + seconds;
  it.each([
    ['for another push service', { aud: 'https://fcm.googleapis.com' }],
    ['that is over', { exp: inSeconds(-120) }],
    ['that lasts longer than a day', { exp: inSeconds(25 * 3_600) }],
    ['without an end', { exp: undefined }],
    ['without a contact', { sub: undefined }],
    ['whose contact is a bare address', { sub: 'ops@example.com' }],
    ['whose contact has brackets', { sub: 'mailto:<ops@example.com>' }],
  ])('is refused with a token %s', async (_what, claims) => {
    expect(await judge(await header(claims))).toEqual({ valid: false, status: 403, reason: 'BadJwtToken' });
  });

  it('is refused with another one’s signature, with something else, and with nothing', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    expect(await judge(await header({}, other))).toMatchObject({ status: 403 });
    expect(await judge('Bearer abc')).toMatchObject({ status: 403 });
    expect(await judge('vapid t=abc')).toMatchObject({ status: 403 });
    expect(await judge(undefined)).toMatchObject({ status: 401 });
  });

  it('is refused when a token that was good is over', async () => {
    const tokens = new VapidTokens();
    const good = await header();
    expect(await tokens.judge(good, origin, now)).toMatchObject({ valid: true });
    expect(await tokens.judge(good, origin, now + 3_700_000)).toMatchObject({ valid: false });
  });
});

describe('what the push service wants of a request', () => {
  const headers = { ttl: '60', urgency: 'high', topic: 'abc', 'content-encoding': 'aes128gcm' };
  const broken = (change: object, bodyBytes = 100) =>
    brokenRule({
      connection: 1,
      method: 'POST',
      path: '/push/x',
      authorization: undefined,
      headers: { ...headers, ...change },
      body: Buffer.alloc(0),
      bodyBytes,
    });

  it.each([
    ['nothing more', {}, 4_096, undefined],
    ['how long it is kept', { ttl: undefined }, 1, { status: 400, reason: 'BadTtl' }],
    ['a time in seconds', { ttl: '60s' }, 1, { status: 400, reason: 'BadTtl' }],
    ['an urgency that there is', { urgency: 'very-high' }, 1, { status: 400, reason: 'BadUrgency' }],
    ['a short topic', { topic: 'x'.repeat(33) }, 1, { status: 400, reason: 'BadWebPushTopic' }],
    ['at most 4,096 bytes', {}, 4_097, { status: 413 }],
    ['encryption', { 'content-encoding': undefined }, 1, { status: 400, reason: 'BadContentEncoding' }],
  ])('is %s', (_what, change, size, refusal) => {
    if (refusal === undefined) expect(broken(change, size)).toBeUndefined();
    else expect(broken(change, size)).toMatchObject(refusal);
  });
});

describe('the control API of the push service', () => {
  let box: SandboxHarness;
  beforeAll(async () => {
    box = await SandboxHarness.start();
  });
  afterAll(() => box.stop());

  it('gives keys to send with, and browsers to send to', async () => {
    const { body: credential } = await box.control('GET', '/v1/webpush/credential');
    const origin = `https://127.0.0.1:${box.sandbox.webPushPort}`;
    expect(credential).toEqual({
      subject: expect.stringMatching(/^mailto:/),
      publicKey: expect.stringMatching(/^[\w-]{87}$/),
      privateKey: expect.stringMatching(/^[\w-]{43}$/),
      endpoint: { origin, ca: expect.stringContaining('BEGIN CERTIFICATE') },
    });
    const { status, body } = await box.control('POST', '/v1/webpush/subscriptions', { prefix: 'deaddead' });
    expect(status).toBe(201);
    const { token } = body as { token: string };
    expect(body).toEqual({
      token: expect.stringMatching(/^deaddead/),
      endpoint: `${origin}/push/${token}`,
      keys: { p256dh: expect.stringMatching(/^[\w-]{87}$/), auth: expect.stringMatching(/^[\w-]{22}$/) },
    });
    const many = await box.control('POST', '/v1/webpush/subscriptions', { count: 3 });
    expect((many.body as { subscriptions: unknown[] }).subscriptions).toHaveLength(3);
  });

  it.each<[string, string, string, unknown, string]>([
    ['two endings at once', 'PUT', '/v1/webpush/tokens/br123456', { outcome: { status: 500, hang: true } }, '/outcome'],
    ['a reason alone', 'PUT', '/v1/webpush/behaviour', { reason: 'BadJwtToken' }, '/status'],
    ['a name that is too short', 'PUT', '/v1/webpush/tokens/br', { outcome: { status: 500 } }, '/token'],
    ['a key that is none', 'POST', '/v1/webpush/subscriptions', { applicationServerKey: 'x' }, '/applicationServerKey'],
    ['an unknown filter', 'GET', '/v1/webpush/requests?device=1', undefined, '/device'],
  ])('refuses %s, naming the field', async (_what, method, path, body, pointer) => {
    const answer = await box.control(method, path, body);
    expect([answer.status, answer.body]).toEqual([
      422,
      expect.objectContaining({ errors: [expect.objectContaining({ pointer })] }),
    ]);
  });

  it('reads back what it was told', async () => {
    const behaviour = { status: 503, retryAfter: 2, share: 0.5, latencyMs: 5, onlyHttp1: true };
    expect((await box.control('PUT', '/v1/webpush/behaviour', behaviour)).body).toMatchObject(behaviour);
    expect((await box.control('GET', '/v1/webpush/behaviour')).body).toMatchObject(behaviour);
    expect((await box.control('POST', '/v1/webpush/reset')).status).toBe(204);
    expect((await box.control('GET', '/v1/webpush/behaviour')).body).toMatchObject({ share: 1, onlyHttp1: false });
  });

  it('has a page whose service worker is the one in the documentation', () => {
    const page = readFileSync(fileURLToPath(new URL('../../../docs/web-push.md', import.meta.url)), 'utf8');
    expect(page).toContain(EXAMPLE_WORKER);
  });
});
