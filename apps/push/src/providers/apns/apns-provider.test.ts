import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newUuid } from '@signalbox/contracts';
import type { ApnsCredential, StoredCredential } from '@signalbox/credentials';
import { eventually, usePostgres } from '@signalbox/testing';
import { describePushProvider, STARTUP_MS } from '../push-provider.conformance.js';
import type { PushMessage } from '../push-provider.js';
import { TRANSPORT_KINDS } from '../transport-kind.js';
import type { ApnsProvider, ApnsProviderOptions } from './apns-provider.js';
import { providerTokens, startApnsHarness, type ApnsHarness, type SandboxRequest } from './apns-sandbox.conformance.js';
import type { ApnsSession } from './apns-session.js';

const MINUTE = 60_000;

const postgres = usePostgres();

describe.each(TRANSPORT_KINDS)('with transport %s', (transport) => {
  describePushProvider('APNs', () => startApnsHarness(transport, postgres.database()));

  let harness: ApnsHarness;
  let opened: ApnsProvider[] = [];

  beforeAll(async () => {
    harness = await startApnsHarness(transport, postgres.database());
  }, STARTUP_MS);
  afterAll(() => harness.stop());
  beforeEach(() => harness.reset());
  afterEach(async () => {
    await Promise.all(opened.map((provider) => provider.close()));
    opened = [];
  });

  function open(settings?: Partial<ApnsProviderOptions>): ApnsProvider {
    const provider = harness.provider(settings);
    opened = [...opened, provider];
    return provider;
  }

  function openSession(settings?: Partial<ApnsProviderOptions>): ApnsSession {
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

  async function received(sent: PushMessage): Promise<SandboxRequest> {
    const request = (await harness.requests()).find(({ apnsId }) => apnsId === sent.deliveryId);
    if (!request) throw new Error(`${sent.deliveryId} was not received`);
    return request;
  }

  /** Devices whose every request gets this answer of the sandbox. */
  async function devicesThat(outcome: object, count: number): Promise<PushMessage['device'][]> {
    const devices = Array.from({ length: count }, () => harness.device());
    await Promise.all(devices.map((device) => harness.answer(device, outcome)));
    return devices;
  }

  const at = (endpoint: NonNullable<ApnsCredential['endpoint']>): StoredCredential<ApnsCredential> => {
    const credential = harness.credential();
    return { ...credential, secret: { ...credential.secret, endpoint } };
  };

  describe('the request', () => {
    it('has the headers Apple asks for and exactly the payload that was counted', async () => {
      const sent = message({ content: { title: 'Grüße', body: '😀', data: { order: '7' }, badge: 2 } });
      await openSession().send(sent);
      const { path, headers, payload, payloadBytes } = await received(sent);
      expect(path).toBe(`/3/device/${sent.device.target}`);
      expect(headers).toMatchObject({
        'apns-id': sent.deliveryId,
        'apns-topic': 'dev.signalbox.demo',
        'apns-push-type': 'alert',
        'apns-priority': '10',
        'apns-expiration': String(Math.floor(sent.options.expiresAt.getTime() / 1000)),
        'apns-collapse-id': sent.deliveryId,
      });
      expect(payload).toEqual({
        aps: { alert: { title: 'Grüße', body: '😀' }, badge: 2 },
        order: '7',
        sbx_delivery_id: sent.deliveryId,
      });
      expect(payloadBytes).toBe(Buffer.byteLength(JSON.stringify(payload)));
    });

    it('has priority 5 for bulk work and the caller’s collapse key', async () => {
      const sent = message({
        options: { priority: 'bulk', expiresAt: new Date(Date.now() + MINUTE), collapseKey: 'score:7' },
      });
      await openSession().send(sent);
      expect((await received(sent)).headers).toMatchObject({ 'apns-priority': '5', 'apns-collapse-id': 'score:7' });
    });

    it('of a silent message is one that Apple takes as a background push', async () => {
      const options = { priority: 'transactional', expiresAt: new Date(Date.now() + MINUTE), silent: true } as const;
      const sent = message({ content: { data: { sync: '1' } }, options });
      expect(await openSession().send(sent)).toMatchObject({ kind: 'sent' });
      const { headers, payload } = await received(sent);
      expect(headers).toMatchObject({ 'apns-push-type': 'background', 'apns-priority': '5' });
      expect(payload).toEqual({ aps: { 'content-available': 1 }, sync: '1', sbx_delivery_id: sent.deliveryId });
    });

    it('survives a collapse key that no header can carry', async () => {
      const options = { priority: 'bulk' as const, expiresAt: new Date(Date.now() + MINUTE), collapseKey: '😀\nключ' };
      expect(await openSession().send(message({ options }))).toMatchObject({ kind: 'sent' });
    });

    it('is not made for a device without a bundle id, nor for a payload that cannot be built', async () => {
      const session = openSession();
      const { bundleId: _none, ...device } = harness.device();
      expect(await session.send(message({ device }))).toMatchObject({ kind: 'suspect', alarm: true });
      expect(await session.send(message({ content: { data: { aps: 'mine' } } }))).toMatchObject({ kind: 'rejected' });
      expect(await harness.requests()).toEqual([]);
    });

    it('is made once when the same delivery is sent twice at the same time', async () => {
      const session = openSession();
      const sent = message();
      const outcomes = await Promise.all([session.send(sent), session.send(sent)]);
      expect(outcomes).toMatchObject([{ kind: 'sent' }, { kind: 'retry', uncounted: true }]);
      expect(await harness.requests()).toHaveLength(1);
    });
  });

  describe('the provider token', () => {
    beforeEach(() => harness.behave({ tokenUpdateIntervalSeconds: 1200 }));

    it('is one for both environments and all reconnections, as Apple allows one per 20 minutes', async () => {
      const session = open().sessionFor(await harness.freshCredential());
      const production = { ...harness.device(), environment: 'production' as const };
      expect(await session.send(message())).toMatchObject({ kind: 'sent' });
      expect(await session.send(message({ device: production }))).toMatchObject({ kind: 'sent' });
      await harness.goaway();
      // What is sent before the GOAWAY arrives is refused unprocessed.
      await eventually(async () => (await session.send(message())).kind === 'sent');
      expect(new Set((await harness.requests()).map(({ connection }) => connection)).size).toBe(3);
    });

    it('is one for several processes, for a process that starts later, and for a rotated credential with the same key', async () => {
      const credential = await harness.freshCredential();
      const rotated = { ...credential, id: newUuid(), version: 2 };
      const [first, second, third] = Array.from({ length: 3 }, () =>
        open({ tokens: providerTokens(postgres.database()) }),
      );
      const sessions = [first!, second!].flatMap((each) => [each.sessionFor(credential), each.sessionFor(rotated)]);
      const outcomes = await Promise.all(
        Array.from({ length: 40 }, (_, index) => sessions[index % sessions.length]!.send(message())),
      );
      expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['sent']));
      await first!.close();
      expect(await third!.sessionFor(credential).send(message())).toMatchObject({ kind: 'sent' });
      expect(await harness.distinctTokens()).toEqual({ [credential.secret.keyId]: 1 });
    });

    it('is not replaced when Apple calls a fresh one expired: the clock is wrong', async () => {
      const session = open().sessionFor(await harness.freshCredential());
      const devices = await devicesThat({ reason: 'ExpiredProviderToken' }, 5);
      for (const device of devices) {
        const outcome = await session.send(message({ device }));
        expect(outcome).toMatchObject({ kind: 'hold-credential', reason: 'ClockSkew', alarm: true });
      }
      expect(await session.send(message())).toMatchObject({ kind: 'sent' });
    });
  });

  describe('one connection', () => {
    it('keeps its other requests when two of them fail with 500', async () => {
      await harness.behave({ latencyMs: 300 });
      const session = openSession({ minConnectionAgeMs: 0 });
      await session.send(message());
      const slow = Array.from({ length: 50 }, () => session.send(message()));
      const failing = await devicesThat({ reason: 'InternalServerError', latencyMs: 20 }, 3);
      const failed = await Promise.all(failing.map((device) => session.send(message({ device }))));
      expect(new Set(failed.map(({ kind }) => kind))).toEqual(new Set(['retry']));
      expect(new Set((await Promise.all(slow)).map(({ kind }) => kind))).toEqual(new Set(['sent']));
    });

    it('is left for another after a 500, but not when it is young', async () => {
      const [device] = await devicesThat({ reason: 'InternalServerError' }, 1);
      const connectionsUsed = async (session: ApnsSession): Promise<number> => {
        const [failed, next] = [message({ device: device! }), message()];
        await session.send(failed);
        await session.send(next);
        return new Set([(await received(failed)).connection, (await received(next)).connection]).size;
      };
      expect(await connectionsUsed(openSession({ minConnectionAgeMs: 0 }))).toBe(2);
      expect(await connectionsUsed(openSession())).toBe(1);
    });

    it('is replaced after two timeouts in a row, even if it answers pings', async () => {
      const session = openSession({ deadlineMs: 150 });
      const [device] = await devicesThat({ hang: true }, 1);
      const sends = [
        message(),
        message({ device: device! }),
        message(),
        message({ device: device! }),
        message({ device: device! }),
        message(),
      ];
      for (const each of sends) await session.send(each);
      const used = await Promise.all(sends.map(async (each) => (await received(each)).connection));
      expect(new Set(used.slice(0, 5)).size).toBe(1);
      expect(used[5]).not.toBe(used[0]);
    });

    it.each([
      ['one stream until the first token is accepted', { oneStreamUntilFirstToken: true }],
      ['few streams at all', { maxConcurrentStreams: 3 }],
    ])('serves 200 sends at once when the server allows %s', async (_limit, behaviour) => {
      await harness.behave(behaviour);
      const session = openSession();
      const outcomes = await Promise.all(Array.from({ length: 200 }, () => session.send(message())));
      expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['sent']));
    });

    it('carries no more than its streams; what still waits at the deadline was not sent', async () => {
      const session = openSession({ connections: 1, streams: 2, deadlineMs: 200 });
      await session.send(message());
      const devices = await devicesThat({ hang: true }, 6);
      const outcomes = await Promise.all(devices.map((device) => session.send(message({ device }))));
      expect(outcomes.map(({ kind }) => kind)).toEqual(['ambiguous', 'ambiguous', 'retry', 'retry', 'retry', 'retry']);
      for (const outcome of outcomes.slice(2)) expect(outcome).toMatchObject({ uncounted: true });
      expect(await harness.requests()).toHaveLength(3);
    });

    it('retries at once what the server refused before it did anything with it', async () => {
      const [device] = await devicesThat({ reset: 'REFUSED_STREAM' }, 1);
      expect(await openSession().send(message({ device: device! }))).toEqual({
        kind: 'retry',
        reason: 'REFUSED_STREAM',
        afterMs: 0,
        raw: { kind: 'unprocessed', code: 'REFUSED_STREAM' },
      });
    });
  });

  describe('without a connection', () => {
    const ca = (): string => harness.credential().secret.endpoint!.ca;

    it('counts no attempt when nobody listens', async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      await new Promise((resolve) => server.close(resolve));
      const session = open({ deadlineMs: 200 }).sessionFor(at({ origin: `https://127.0.0.1:${port}`, ca: ca() }));
      expect(await session.send(message())).toMatchObject({ kind: 'retry', reason: 'ECONNREFUSED', uncounted: true });
    });

    it('counts no attempt when the certificate is not trusted', async () => {
      const { origin } = harness.credential().secret.endpoint!;
      expect(
        await open({ deadlineMs: 200 })
          .sessionFor(at({ origin, ca: '' }))
          .send(message()),
      ).toMatchObject({
        kind: 'retry',
        reason: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
        uncounted: true,
      });
    });

    it('sends nothing later when it is cancelled during the TLS handshake', async () => {
      const { origin } = harness.credential().secret.endpoint!;
      const arrived = Promise.withResolvers<Socket>();
      const gate = createServer((socket) => arrived.resolve(socket));
      await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve));
      const { port } = gate.address() as AddressInfo;
      const session = open().sessionFor(at({ origin: `https://127.0.0.1:${port}`, ca: ca() }));
      const cancel = new AbortController();
      const [cancelled, next] = [message(), message()];
      const outcome = session.send(cancelled, cancel.signal);
      const socket = await arrived.promise;
      cancel.abort();
      expect(await outcome).toMatchObject({ kind: 'retry', reason: 'ABORTED', uncounted: true });
      const onward = connect(Number(new URL(origin).port), '127.0.0.1');
      pipeline(socket, onward, socket, () => undefined);
      expect(await session.send(next)).toMatchObject({ kind: 'sent' });
      expect((await harness.requests()).map(({ apnsId }) => apnsId)).toEqual([next.deliveryId]);
      await session.close();
      gate.close();
    });

    it('sends all that waited for a slow TLS handshake, over the one connection', async () => {
      const { origin } = harness.credential().secret.endpoint!;
      const slow: Socket[] = [];
      const gate = createServer((socket) => slow.push(socket));
      await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve));
      const { port } = gate.address() as AddressInfo;
      const session = open().sessionFor(at({ origin: `https://127.0.0.1:${port}`, ca: ca() }));
      const sent = Promise.all(Array.from({ length: 30 }, () => session.send(message())));
      await eventually(() => slow.length === 1);
      const began = performance.now();
      await eventually(() => performance.now() - began > 300);
      pipeline(slow[0]!, connect(Number(new URL(origin).port), '127.0.0.1'), slow[0]!, () => undefined);
      expect(new Set((await sent).map(({ kind }) => kind))).toEqual(new Set(['sent']));
      expect(slow).toHaveLength(1);
      await session.close();
      gate.close();
    });

    it('gives up a TLS handshake that does not proceed, and counts no attempt', async () => {
      const silent = createServer((socket) => socket.resume());
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      const { port } = silent.address() as AddressInfo;
      const session = open({ tickMs: 50, deadlineMs: 600 }).sessionFor(
        at({ origin: `https://127.0.0.1:${port}`, ca: ca() }),
      );
      expect(await session.send(message())).toMatchObject({ kind: 'retry', uncounted: true });
      await new Promise((resolve) => silent.close(resolve));
    });
  });

  it('suspects the device when the key works for another bundle id, and holds the credential when it never worked', async () => {
    await harness.behave({ topics: ['dev.signalbox.demo'] });
    const stray = message({ device: { ...harness.device(), bundleId: 'com.example.other' } });
    expect(await openSession().send(stray)).toMatchObject({ kind: 'hold-credential', alarm: true });
    const session = openSession();
    await session.send(message());
    expect(await session.send(stray)).toMatchObject({ kind: 'suspect', alarm: true });
  });

  it('keeps a device that Apple lost before it registered again', async () => {
    const device = harness.device();
    await harness.answer(device, { reason: 'Unregistered', timestamp: device.registeredAt.getTime() - 1 });
    expect(await openSession().send(message({ device }))).toMatchObject({
      kind: 'rejected',
      reason: 'RegisteredAgainSince',
    });
  });

  it('closes the session that was unused for longest when there are too many, unless it is busy', async () => {
    const provider = open({ maxSessions: 1 });
    const credentials = ['a', 'b', 'c'].map((letter) => ({ ...harness.credential(), id: letter }));
    const [device] = await devicesThat({ status: 200, latencyMs: 200 }, 1);
    const slow = message({ device: device! });
    const busy = provider.sessionFor(credentials[0]!).send(slow);
    await eventually(async () => (await harness.requests()).length === 1);
    await provider.sessionFor(credentials[1]!).send(message());
    expect(await harness.openConnections()).toBe(2);
    expect(await busy).toMatchObject({ kind: 'sent' });
    await provider.sessionFor(credentials[2]!).send(message());
    await eventually(async () => (await harness.openConnections()) === 1);
  });
});
