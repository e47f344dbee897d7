import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newUuid } from '@signalbox/contracts';
import type { FcmCredential, StoredCredential } from '@signalbox/credentials';
import { eventually } from '@signalbox/testing';
import { describePushProvider, STARTUP_MS } from '../push-provider.conformance.js';
import type { PushMessage } from '../push-provider.js';
import { TRANSPORT_KINDS } from '../transport-kind.js';
import { buildFcmPayload, FCM_PAYLOAD_LIMIT } from './fcm-payload.js';
import type { FcmProvider, FcmProviderOptions } from './fcm-provider.js';
import { startFcmHarness, type FcmHarness, type SandboxMessage } from './fcm-sandbox.conformance.js';
import type { FcmSession } from './fcm-session.js';

const MINUTE = 60_000;

describe.each(TRANSPORT_KINDS)('with transport %s', (transport) => {
  describePushProvider('FCM', () => startFcmHarness(transport));

  let harness: FcmHarness;
  let opened: FcmProvider[] = [];
  const servers: Server[] = [];

  beforeAll(async () => {
    harness = await startFcmHarness(transport);
  }, STARTUP_MS);
  afterAll(() => harness.stop());
  beforeEach(() => harness.reset());
  afterEach(async () => {
    await Promise.all(opened.map((provider) => provider.close()));
    opened = [];
    await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  });

  function open(settings?: Partial<FcmProviderOptions>): FcmProvider {
    const provider = harness.provider(settings);
    opened = [...opened, provider];
    return provider;
  }

  function openSession(settings?: Partial<FcmProviderOptions>): FcmSession {
    return open(settings).sessionFor(harness.credential());
  }

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

  async function deviceThat(outcome: object): Promise<PushMessage['device']> {
    const device = harness.device();
    await harness.answer(device, outcome);
    return device;
  }

  async function received(sent: PushMessage): Promise<SandboxMessage[]> {
    const isIt = ({ payload }: SandboxMessage) => payload.message.data.sbx_delivery_id === sent.deliveryId;
    return (await harness.requests()).filter(isIt);
  }

  async function listen(onConnection: (socket: Socket) => void): Promise<string> {
    const server = createServer(onConnection);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const endpoint = () => harness.credential().secret.endpoint!;
  const withSecret = (secret: Partial<FcmCredential>): StoredCredential<FcmCredential> => {
    const credential = harness.credential();
    return { ...credential, id: newUuid(), secret: { ...credential.secret, ...secret } };
  };
  const at = (origin: string, ca = endpoint().ca) => withSecret({ endpoint: { origin, ca } });

  describe('the request', () => {
    it('is exactly the payload that was counted, for one registration token', async () => {
      const sent = message({ content: { title: 'Grüße', body: '😀', data: { order: '7' }, badge: 2 } });
      await openSession().send(sent);
      const [{ path, payload }] = (await received(sent)) as [SandboxMessage];
      expect(path).toBe(`/v1/projects/${harness.credential().secret.project_id}/messages:send`);
      expect(payload.message).toEqual({
        token: sent.device.target,
        notification: { title: 'Grüße', body: '😀' },
        data: { order: '7', sbx_delivery_id: sent.deliveryId },
        android: {
          priority: 'high',
          ttl: expect.stringMatching(/^3(600|59\d)s$/),
          notification: { tag: sent.deliveryId, notification_count: 2 },
        },
      });
    });

    it('of a silent message is what was counted as well', async () => {
      const options = { priority: 'bulk', expiresAt: new Date(Date.now() + MINUTE), silent: true } as const;
      const sent = message({ content: { data: { sync: '1' } }, options });
      expect(await openSession().send(sent)).toMatchObject({ kind: 'sent' });
      const [{ payload }] = (await received(sent)) as [SandboxMessage];
      const { payload: counted } = buildFcmPayload(sent);
      const ttl = expect.stringMatching(/^(60|5\d)s$/);
      expect(payload.message).toMatchObject({ ...counted, android: { ...counted.android, ttl } });
    });

    it('names an installation id as such, and has the caller’s collapse key', async () => {
      const sent = message({
        device: { ...harness.device(), target: 'fXkP1hQ3SkWbCzV0Y9a1bc', targetKind: 'fid' },
        content: { body: 'Look', imageUrl: 'https://img.example/a.png' },
        options: { priority: 'bulk', expiresAt: new Date(Date.now() + MINUTE), collapseKey: 'score:7' },
      });
      expect(await openSession().send(sent)).toMatchObject({ kind: 'sent' });
      const [{ payload }] = (await received(sent)) as [SandboxMessage];
      expect(payload.message).toMatchObject({
        fid: sent.device.target,
        notification: { body: 'Look', image: 'https://img.example/a.png' },
        android: { priority: 'normal', collapse_key: 'score:7' },
      });
    });

    it('is not made for another provider’s device, nor for a payload that cannot be built or is too big', async () => {
      const session = openSession();
      const stray = { ...harness.device(), targetKind: 'apns' };
      expect(await session.send(message({ device: stray }))).toMatchObject({ kind: 'rejected', alarm: true });
      expect(await session.send(message({ content: { data: { from: 'me' } } }))).toMatchObject({ kind: 'rejected' });
      expect(await session.send(message({ content: { body: 'x'.repeat(4000) } }))).toMatchObject({ kind: 'rejected' });
      expect(await harness.requests()).toEqual([]);
    });

    it('is accepted up to the very last byte that we allow', async () => {
      const session = openSession();
      const sized = (body: string) =>
        message({ content: { body }, options: { ...message().options, collapseKey: 'k' } });
      const room = FCM_PAYLOAD_LIMIT - buildFcmPayload(sized('')).bytes;
      expect(await session.send(sized('x'.repeat(room)))).toMatchObject({ kind: 'sent' });
      expect(await session.send(sized('x'.repeat(room + 1)))).toMatchObject({ kind: 'rejected' });
    });

    it('is made once when the same delivery is sent twice at the same time', async () => {
      const session = openSession();
      const sent = message();
      const outcomes = await Promise.all([session.send(sent), session.send(sent)]);
      expect(outcomes).toMatchObject([{ kind: 'sent' }, { kind: 'retry', uncounted: true }]);
      expect(await received(sent)).toHaveLength(1);
    });
  });

  describe('hidden retries of the library are off:', () => {
    it.each([
      ['503', { status: 503 }, 'ambiguous'],
      ['503 with Retry-After', { status: 503, retryAfter: 1 }, 'ambiguous'],
      ['a connection that is reset', { disconnect: true }, 'ambiguous'],
      ['500', { status: 500 }, 'retry'],
      ['429', { status: 429 }, 'retry'],
    ])('after %s one request was made', async (_what, outcome, kind) => {
      const sent = message({ device: await deviceThat(outcome) });
      expect(await openSession().send(sent)).toMatchObject({ kind });
      expect(await received(sent)).toHaveLength(1);
    });
  });

  it('keeps what Google answered, details and all', async () => {
    const sent = message({ device: await deviceThat({ errorCode: 'UNREGISTERED' }) });
    expect(await openSession().send(sent)).toMatchObject({
      kind: 'gone',
      raw: {
        status: 404,
        error: {
          status: 'NOT_FOUND',
          details: [{ '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode: 'UNREGISTERED' }],
        },
      },
    });
  });

  it.each([
    ['deaddead', 'gone'],
    ['e404e404', 'hold-credential'],
    ['bad0bad0', 'suspect'],
    ['bad1bad1', 'suspect'],
    ['bad2bad2', 'rejected'],
    ['bad3bad3', 'suspect'],
    ['e401e401', 'hold-credential'],
    ['a401a401', 'hold-credential'],
    ['e403e403', 'hold-credential'],
    ['e429e429', 'retry'],
    ['a429a429', 'hold-project'],
    ['e500e500', 'retry'],
    ['a500a500', 'retry'],
    ['e502e502', 'ambiguous'],
    ['e503e503', 'ambiguous'],
    ['c105c105', 'ambiguous'],
  ])('says of the sandbox’s token %s what it stands for: %s', async (prefix, kind) => {
    const device = harness.device();
    const target = `${prefix}${device.target}`;
    expect(await openSession().send(message({ device: { ...device, target } }))).toMatchObject({ kind });
  });

  describe('the access token', () => {
    it('is fetched once for everything', async () => {
      const before = (await harness.tokenAnswers())['200'] ?? 0;
      const session = openSession();
      await Promise.all(Array.from({ length: 200 }, () => session.send(message())));
      await session.send(message());
      expect((await harness.tokenAnswers())['200']).toBe(before + 1);
    });

    it('is on a connection that is not kept', async () => {
      await openSession().send(message());
      await eventually(async () => (await harness.openConnections()) === 1);
    });

    it('holds the credential when it is refused, and sends nothing', async () => {
      await harness.behave({ oauthStatus: 400 });
      expect(await openSession().send(message())).toMatchObject({
        kind: 'hold-credential',
        reason: 'oauth: invalid_grant',
        untilMs: 5 * MINUTE,
        alarm: true,
      });
      expect(await harness.requests()).toEqual([]);
    });

    it('holds the credential for a shorter time while the token endpoint is out of order', async () => {
      await harness.behave({ oauthStatus: 503 });
      const session = openSession();
      const outcome = await session.send(message());
      expect(outcome).toMatchObject({ kind: 'hold-credential', alarm: true });
      expect((outcome as { untilMs: number }).untilMs).toBeLessThan(MINUTE);
      await harness.behave({});
      expect(await session.send(message())).toMatchObject({ kind: 'sent' });
    });

    it('holds the credential when the key is not the account’s', async () => {
      const session = open().sessionFor(withSecret({ client_email: 'nobody@demo.iam.gserviceaccount.com' }));
      expect(await session.send(message())).toMatchObject({ kind: 'hold-credential', reason: 'oauth: invalid_grant' });
    });

    it('is fetched anew after it was refused', async () => {
      const session = openSession();
      await session.send(message());
      await harness.forgetAccessTokens();
      // A young token that is refused is not worth a retry at once, but it is not kept either.
      expect(await session.send(message())).toMatchObject({ kind: 'hold-credential', reason: 'UNAUTHENTICATED' });
      expect(await session.send(message())).toMatchObject({ kind: 'sent' });
    });

    it('holds the credential when it does not come in time, and nothing is sent later', async () => {
      await harness.behave({ oauthLatencyMs: 10_000 });
      const session = openSession({ deadlineMs: 400 });
      expect(await session.send(message())).toMatchObject({ kind: 'hold-credential', reason: 'oauth: TIMEOUT' });
      await harness.behave({});
      const next = message();
      expect(await session.send(next)).toMatchObject({ kind: 'sent' });
      expect((await harness.received()).map(({ messageId }) => messageId)).toEqual([next.deliveryId]);
    });
  });

  describe('the connections', () => {
    it('carry no more than they may; what still waits at the deadline was not sent', async () => {
      const session = openSession({ connections: 2, streams: 1, deadlineMs: 400 });
      await session.send(message());
      const stuck = await Promise.all(Array.from({ length: 6 }, () => deviceThat({ hang: true })));
      const outcomes = await Promise.all(stuck.map((device) => session.send(message({ device }))));
      expect(outcomes.map(({ kind }) => kind)).toEqual(['ambiguous', 'ambiguous', 'retry', 'retry', 'retry', 'retry']);
      for (const outcome of outcomes.slice(2)) expect(outcome).toMatchObject({ uncounted: true });
      expect(await harness.requests()).toHaveLength(3);
    });

    // Over HTTP/2 pings tell which connections are dead.
    if (transport === 'sdk')
      it('are all opened again after one of them fell silent', async () => {
        const session = openSession({ deadlineMs: 300 });
        await Promise.all([session.send(message()), session.send(message())]);
        const known = new Set((await harness.received()).map(({ connection }) => connection));
        await session.send(message({ device: await deviceThat({ hang: true }) }));
        const after = message();
        expect(await session.send(after)).toMatchObject({ kind: 'sent' });
        expect(known.size).toBe(2);
        expect(known).not.toContain((await received(after))[0]!.connection);
      });

    it('hold the credential for a moment when nobody listens', async () => {
      const origin = await listen(() => undefined);
      await new Promise((resolve) => servers.pop()!.close(resolve));
      const session = open().sessionFor(at(origin));
      expect(await session.send(message())).toMatchObject({ kind: 'hold-credential', reason: 'oauth: ECONNREFUSED' });
    });

    it('are not made to a server whose certificate is not trusted', async () => {
      const session = open().sessionFor(at(endpoint().origin, ''));
      const reason = 'oauth: UNABLE_TO_VERIFY_LEAF_SIGNATURE';
      expect(await session.send(message())).toMatchObject({ kind: 'hold-credential', reason });
      expect(await harness.requests()).toEqual([]);
    });

    it('send nothing later when the message is cancelled during the TLS handshake', async () => {
      const { port } = new URL(endpoint().origin);
      const arrived = Promise.withResolvers<Socket>();
      let count = 0;
      const forward = (socket: Socket): void => {
        pipeline(socket, connect(Number(port), '127.0.0.1'), socket, () => undefined);
      };
      // The first connection fetches the token, the second is the one that has to wait.
      const origin = await listen((socket) => {
        count += 1;
        if (count === 2) arrived.resolve(socket);
        else forward(socket);
      });
      const session = open().sessionFor(at(origin));
      const cancel = new AbortController();
      const [cancelled, next] = [message(), message()];
      const outcome = session.send(cancelled, cancel.signal);
      const waiting = await arrived.promise;
      cancel.abort();
      expect(await outcome).toMatchObject({ kind: 'retry', reason: 'ABORTED', uncounted: true });
      forward(waiting);
      expect(await session.send(next)).toMatchObject({ kind: 'sent' });
      expect((await harness.received()).map(({ messageId }) => messageId)).toEqual([next.deliveryId]);
      await session.close();
    });
  });

  it('holds the credential for a fault of Apple’s key, until it has worked for another phone', async () => {
    const apple = await deviceThat({ errorCode: 'THIRD_PARTY_AUTH_ERROR' });
    const session = openSession();
    expect(await session.send(message({ device: apple }))).toMatchObject({ kind: 'hold-credential', alarm: true });
    await session.send(message());
    expect(await session.send(message({ device: apple }))).toMatchObject({ kind: 'retry', alarm: true });
  });

  it('closes the session that was unused for longest when there are too many, unless it is busy', async () => {
    const provider = open({ maxSessions: 1 });
    const credentials = ['a', 'b', 'c'].map((letter) => ({ ...harness.credential(), id: letter }));
    const slow = message({ device: await deviceThat({ status: 200, latencyMs: 200 }) });
    const busy = provider.sessionFor(credentials[0]!).send(slow);
    await eventually(async () => (await received(slow)).length === 1);
    await provider.sessionFor(credentials[1]!).send(message());
    expect(await busy).toMatchObject({ kind: 'sent' });
    await provider.sessionFor(credentials[2]!).send(message());
    await eventually(async () => (await harness.openConnections()) === 1);
  });
});
