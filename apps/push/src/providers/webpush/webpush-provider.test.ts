import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newUuid } from '@signalbox/contracts';
import { newVapidKeys, type StoredCredential, type WebPushCredential } from '@signalbox/credentials';
import { describePushProvider, STARTUP_MS } from '../push-provider.conformance.js';
import type { PushMessage } from '../push-provider.js';
import { buildWebPushPayload, WEBPUSH_PAYLOAD_LIMIT } from './webpush-payload.js';
import type { WebPushProvider } from './webpush-provider.js';
import { startWebPushHarness, type SandboxPush, type WebPushHarness } from './webpush-sandbox.conformance.js';

const MINUTE = 60_000;
/** Header, delimiter and tag of the encryption. */
const ADDED_BYTES = 103;

describePushProvider('Web Push', startWebPushHarness);

describe('a message to a browser', () => {
  let harness: WebPushHarness;
  let provider: WebPushProvider;
  beforeAll(async () => {
    harness = await startWebPushHarness();
  }, STARTUP_MS);
  afterAll(() => harness.stop());
  beforeEach(async () => {
    await harness.reset();
    provider = harness.provider({ deadlineMs: 5_000 });
  });
  afterEach(() => provider.close());

  function message(overrides: Partial<PushMessage> = {}): PushMessage {
    return {
      deliveryId: newUuid(),
      attempt: 1,
      device: harness.device(),
      content: { title: 'Hello', body: 'World' },
      options: { priority: 'transactional', expiresAt: new Date(Date.now() + 60 * MINUTE) },
      ...overrides,
    };
  }

  const send = (sent: PushMessage, credential = harness.credential()) => provider.sessionFor(credential).send(sent);
  const withSecret = (change: Partial<WebPushCredential>): StoredCredential<WebPushCredential> => {
    const credential = harness.credential();
    return { ...credential, id: newUuid(), secret: { ...credential.secret, ...change } };
  };
  async function received(sent: PushMessage): Promise<SandboxPush> {
    return (await harness.requests()).find(({ payload }) => payload.data.sbx_delivery_id === sent.deliveryId)!;
  }

  it('is read by the browser as it was written, and tells the push service how it is to be treated', async () => {
    const sent = message({
      content: { title: 'Grüße', body: '😀', data: { order: '7' }, imageUrl: 'https://img.example/a.png', badge: 2 },
    });
    expect(await send(sent)).toMatchObject({ kind: 'sent', raw: { status: 201 } });
    const { payload, headers, publicKey, subject, httpVersion } = await received(sent);
    expect(payload).toEqual({
      notification: { title: 'Grüße', body: '😀', image: 'https://img.example/a.png', badge: 2 },
      data: { order: '7', sbx_delivery_id: sent.deliveryId },
    });
    const { secret } = harness.credential();
    expect([publicKey, subject, httpVersion]).toEqual([secret.publicKey, secret.subject, '2']);
    expect(headers).toMatchObject({ urgency: 'high', 'content-encoding': 'aes128gcm' });
    expect(Number(headers['ttl'])).toBeGreaterThan(3_590);
    expect(headers).not.toHaveProperty('topic');
  });

  it.each([
    ['fits', 'score-7', 'score-7'],
    ['is too long or has other signs', 'score:7', expect.stringMatching(/^[A-Za-z0-9_-]{32}$/)],
  ])('is replaced by a later one with its collapse key, which %s a topic', async (_what, collapseKey, topic) => {
    const expiresAt = new Date(Date.now() + MINUTE);
    const sent = message({ options: { priority: 'bulk', expiresAt, collapseKey } });
    await send(sent);
    const { headers, payload } = await received(sent);
    expect(headers).toMatchObject({ urgency: 'normal', topic });
    expect(payload.tag).toBe(collapseKey);
  });

  it('that shows nothing wakes nobody up', async () => {
    const sent = message({ content: { data: { sync: '1' } } });
    await send(sent);
    const { headers, payload } = await received(sent);
    expect([headers['urgency'], payload]).toEqual(['low', { data: { sync: '1', sbx_delivery_id: sent.deliveryId } }]);
  });

  it('in quiet hours makes no sound, and wakes nobody up who is short of power', async () => {
    const expiresAt = new Date(Date.now() + MINUTE);
    const content = { body: 'Psst', sound: 'bell' };
    const quiet = message({ content, options: { priority: 'transactional', expiresAt, quiet: true } });
    await send(quiet);
    const { headers, payload } = await received(quiet);
    expect([headers['urgency'], payload.notification]).toEqual(['normal', { body: 'Psst', silent: true }]);
    const room = WEBPUSH_PAYLOAD_LIMIT - buildWebPushPayload(message({ content: { body: '' } })).bytes;
    const full = { ...quiet, deliveryId: newUuid(), content: { body: 'x'.repeat(room) } };
    expect(await send(full)).toMatchObject({ kind: 'sent' });
  });

  it.each([
    ['letters', 'x'],
    ['emoji', '😀'],
    ['right to left', 'שלום'],
    ['what JSON escapes', '"\\\n'],
  ])('has exactly the size that was counted, up to the last byte: %s', async (_what, piece) => {
    const sized = (body: string): PushMessage => message({ content: { body } });
    const { bytes: empty } = buildWebPushPayload(sized(''));
    const { bytes: one } = buildWebPushPayload(sized(piece));
    const pieces = Math.floor((WEBPUSH_PAYLOAD_LIMIT - empty) / (one - empty));
    const body = piece.repeat(pieces);
    const padding = 'x'.repeat(WEBPUSH_PAYLOAD_LIMIT - buildWebPushPayload(sized(body)).bytes);
    const full = sized(body + padding);
    expect(await send(full)).toMatchObject({ kind: 'sent' });
    expect(await received(full)).toMatchObject({
      payloadBytes: WEBPUSH_PAYLOAD_LIMIT,
      bodyBytes: WEBPUSH_PAYLOAD_LIMIT + ADDED_BYTES,
      payload: { notification: { body: body + padding } },
    });
    expect(await send(sized(`${body}${padding}x`))).toMatchObject({ kind: 'rejected' });
    expect(await harness.requests()).toHaveLength(1);
  });

  it('is not made for a phone, nor for what is not in the registry', async () => {
    const { targetKeys: _keys, ...keyless } = harness.device();
    expect(await send(message({ device: { ...keyless, targetKind: 'apns' } }))).toMatchObject({ kind: 'rejected' });
    expect(await send(message({ device: keyless }))).toMatchObject({ kind: 'rejected', alarm: true });
    expect(await harness.requests()).toEqual([]);
  });

  it('makes a browser suspect that subscribed with another key, and nobody else', async () => {
    const { secret } = harness.credential();
    const own = await harness.subscribe({ applicationServerKey: secret.publicKey });
    const others = await harness.subscribe({ applicationServerKey: newVapidKeys().publicKey });
    expect(await send(message({ device: own }))).toMatchObject({ kind: 'sent' });
    expect(await send(message({ device: others }))).toMatchObject({ kind: 'suspect', reason: 'VapidPkHashMismatch' });
    const another = withSecret(newVapidKeys());
    expect(await send(message({ device: own }), another)).toMatchObject({ kind: 'suspect' });
    expect(await send(message(), another)).toMatchObject({ kind: 'sent' });
  });

  it.each(['https://127.0.0.1:9', 'https://169.254.169.254', 'https://localhost:9', 'https://[::1]:9'])(
    'is not taken into our own network: %s',
    async (origin) => {
      const device = { ...harness.device(), target: `${origin}/push/x` };
      expect(await send(message({ device }))).toMatchObject({ kind: 'rejected', reason: 'ADDRESS_REFUSED' });
    },
  );

  it('is not taken there by a name that leads there either', async () => {
    const { endpoint, ...secret } = harness.credential().secret;
    const live = { ...harness.credential(), id: newUuid(), secret };
    const { port } = new URL(endpoint!.origin);
    const device = { ...harness.device(), target: `https://push.example.com:${port}/push/x` };
    const asked: string[] = [];
    const resolving = harness.provider({
      resolve: (name) => {
        asked.push(name);
        return Promise.resolve(['127.0.0.1']);
      },
    });
    const outcome = await resolving.sessionFor(live).send(message({ device }));
    await resolving.close();
    expect([outcome, asked]).toMatchObject([{ kind: 'rejected', reason: 'ADDRESS_REFUSED' }, ['push.example.com']]);
  });

  it('finds the sandbox only with keys that name it', async () => {
    const { endpoint: _sandbox, ...secret } = harness.credential().secret;
    const live = { ...harness.credential(), id: newUuid(), secret };
    expect(await send(message(), live)).toMatchObject({ kind: 'rejected', reason: 'ADDRESS_REFUSED' });
    expect(await harness.requests()).toEqual([]);
  });

  it('reaches a push service that speaks HTTP/1.1 alone, also when it has something to say', async () => {
    await harness.behave({ onlyHttp1: true });
    const sent = message();
    expect(await send(sent)).toMatchObject({ kind: 'sent', providerMessageId: expect.any(String) });
    expect(await received(sent)).toMatchObject({ httpVersion: '1.1', payload: { notification: { title: 'Hello' } } });
    const dead = message({ device: await harness.subscribe({ prefix: 'deaddead' }) });
    expect(await send(dead)).toMatchObject({ kind: 'gone', reason: 'status 410' });
  });
});
