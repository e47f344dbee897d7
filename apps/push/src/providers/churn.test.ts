import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid, type Uuid } from '@signalbox/contracts';
import type { ApnsCredential, FcmCredential } from '@signalbox/credentials';
import { channelFigures, type ChannelFigures } from '@signalbox/http2-channel';
import { OwnApnsTransport } from './apns/own-apns-transport.js';
import { signProviderToken } from './apns/provider-token/sign-provider-token.js';
import { OwnFcmTransport } from './fcm/own-fcm-transport.js';
import { STARTUP_MS } from './push-provider.conformance.js';
import { startPushSandbox, type Sandbox } from './sandbox.conformance.js';

const DEADLINE_MS = 10_000;
const IN_FLIGHT = 1_500;
const MESSAGES = 3_000;
/**
 * All connections are asked to leave again and again, and in between one of them breaks without a word. Answers come soon,
 * so that requests are on their way at any moment: with slow ones all go out together, and a GOAWAY meets none of them.
 */
const CHURN = { latencyMs: 10, goawayEveryMs: 170, cutEveryMs: 110 };

/** What never went out. `unauthorized`: the connection that broke was the one over which an access token of FCM's was fetched. */
const NOT_SENT = ['unprocessed', 'unsent', 'unauthorized'];

interface Way {
  readonly send: (id: Uuid) => Promise<{ readonly kind: string; readonly status?: number }>;
  readonly close: () => Promise<void>;
}
interface ReceivedByApns {
  readonly apnsId: Uuid;
}
interface ReceivedByFcm {
  readonly payload: { readonly message: { readonly data: Readonly<Record<string, string>> } };
}

async function toApns({ control }: Sandbox, figures: ChannelFigures): Promise<Way> {
  const secret = await control<ApnsCredential>('GET', 'credential');
  const token = { jwt: signProviderToken(secret, Math.floor(Date.now() / 1000)), ageMs: 0 };
  const limits = { deadlineMs: DEADLINE_MS, connections: 3, streams: 500, tickMs: 250, minConnectionAgeMs: 10_000 };
  const { origin, ca } = secret.endpoint!;
  const transport = new OwnApnsTransport({ origin, ca, token: () => token, limits, figures });
  const request = {
    topic: 'dev.signalbox.demo',
    pushType: 'alert' as const,
    priority: 10 as const,
    expiration: Math.floor(Date.now() / 1000) + 3_600,
    json: '{"aps":{"alert":"Hello"}}',
  };
  return {
    send: (id) => transport.send({ ...request, id, collapseId: id, deviceToken: randomBytes(32).toString('hex') }),
    close: () => transport.close(),
  };
}

async function toFcm({ control }: Sandbox, figures: ChannelFigures): Promise<Way> {
  const secret = await control<FcmCredential>('GET', 'credential');
  const limits = { deadlineMs: DEADLINE_MS, connections: 16, streams: 100, tickMs: 250 };
  const transport = new OwnFcmTransport({ secret, limits, figures });
  return {
    send: (id) => {
      const payload = { data: { sbx_delivery_id: id }, android: { priority: 'high' as const, ttl: '60s' as const } };
      return transport.send({ id, target: { token: randomBytes(60).toString('hex') }, payload });
    },
    close: () => transport.close(),
  };
}

const PROVIDERS = [
  {
    provider: 'apns' as const,
    open: toApns,
    received: async (sandbox: Sandbox) => (await sandbox.requests<ReceivedByApns>()).map(({ apnsId }) => apnsId),
  },
  {
    provider: 'fcm' as const,
    open: toFcm,
    received: async (sandbox: Sandbox) =>
      (await sandbox.requests<ReceivedByFcm>()).map(({ payload }) => payload.message.data['sbx_delivery_id']!),
  },
];

describe.each(PROVIDERS)('while connections to $provider come and go', ({ provider, open, received }) => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startPushSandbox(provider);
  }, STARTUP_MS);
  afterAll(() => sandbox.stop());

  it('every request settles, and what is said not to be processed can be sent again without being doubled', async () => {
    const figures = channelFigures();
    const way = await open(sandbox, figures);
    await sandbox.control('PUT', 'behaviour', CHURN);
    const waiting = Array.from({ length: MESSAGES }, newUuid);
    const ends = new Map<Uuid, string>();
    let again = 0;
    const calm = (): boolean => again === 0 || figures.goaways < 2;
    /** More than planned, should nothing have happened so far. */
    const next = (): Uuid | undefined => waiting.pop() ?? (calm() && ends.size < 4 * MESSAGES ? newUuid() : undefined);
    const sendUntilNoneIsLeft = async (): Promise<void> => {
      for (let id = next(); id; id = next()) {
        const { kind, status } = await way.send(id);
        ends.set(id, kind === 'answered' ? `answered ${status}` : kind);
        if (!NOT_SENT.includes(kind)) continue;
        again += 1;
        waiting.push(id);
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, sendUntilNoneIsLeft));
    await way.close();

    const times = new Map<string, number>();
    for (const id of await received(sandbox)) times.set(id, (times.get(id) ?? 0) + 1);
    expect(ends.size).toBeGreaterThanOrEqual(MESSAGES);
    expect(new Set(ends.values())).toEqual(new Set(['answered 200', 'unanswered']));
    const answered = [...ends].filter(([, end]) => end === 'answered 200');
    expect(answered.filter(([id]) => times.get(id) !== 1)).toEqual([]);
    expect([...times].filter(([, count]) => count > 1)).toEqual([]);
    // It did happen: connections left, broke and were replaced, and requests were refused.
    expect(figures.goaways).toBeGreaterThanOrEqual(2);
    expect(figures.opened).toBeGreaterThan(figures.goaways);
    expect(again).toBeGreaterThan(0);
    expect(figures).toMatchObject({ sessions: 0, streams: 0, waiting: 0 });
  }, 30_000);
});
