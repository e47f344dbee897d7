import { newUuid } from '@signalbox/contracts';
import type { StoredCredential, WebPushCredential } from '@signalbox/credentials';
import type { ProviderHarness, ScriptedAnswer } from '../push-provider.conformance.js';
import type { PushMessage } from '../push-provider.js';
import { startPushSandbox } from '../sandbox.conformance.js';
import type { WebPushPayload } from './webpush-payload.js';
import { WebPushProvider, type WebPushProviderOptions } from './webpush-provider.js';

/** What the sandbox remembers of a request (docs/sandbox.md). */
export interface SandboxPush {
  readonly connection: number;
  readonly token: string;
  readonly httpVersion: string;
  readonly publicKey: string;
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: WebPushPayload;
  readonly payloadBytes: number;
  readonly bodyBytes: number;
}

type Device = PushMessage['device'];

export interface WebPushHarness extends ProviderHarness<WebPushCredential> {
  provider(settings?: Partial<WebPushProviderOptions>): WebPushProvider;
  credential(version?: number): StoredCredential<WebPushCredential>;
  /** A browser that subscribed with this key, or whose endpoint begins so. */
  subscribe(how: { applicationServerKey?: string; prefix?: string }): Promise<Device>;
  /** `PUT /v1/webpush/behaviour`: what holds for every request. */
  behave(behaviour: object): Promise<void>;
  requests(): Promise<readonly SandboxPush[]>;
}

const OUTCOMES: Readonly<Record<Exclude<ScriptedAnswer['says'], 'retry later' | 'accepted'>, object>> = {
  dead: { status: 410 },
  'payload fault': { status: 413 },
  'credential fault': { status: 403, reason: 'BadJwtToken' },
  nothing: { hang: true },
  'stream reset': { reset: 'INTERNAL_ERROR' },
  'connection cut': { disconnect: true },
};

/** More than any one test scripts; they are used in turns. */
const BROWSERS = 300;

interface Subscription {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

/** The sandbox's push service as a process of its own, and providers that talk to it. */
export async function startWebPushHarness(): Promise<WebPushHarness> {
  const { control, requests, openConnections, stop } = await startPushSandbox('webpush');
  const secret = await control<WebPushCredential>('GET', 'credential');
  const made = await control<{ subscriptions: Subscription[] }>('POST', 'subscriptions', { count: BROWSERS });
  const browsers = made.subscriptions.map(deviceOf);
  const id = newUuid();
  const appId = newUuid();
  let used = 0;
  const credential = (version = 1): StoredCredential<WebPushCredential> => ({
    id,
    appId,
    provider: 'webpush',
    version,
    secret,
  });
  const behave = (behaviour: object): Promise<void> => control('PUT', 'behaviour', behaviour);

  return {
    mostConnections: 4,
    holdsCredential: false,
    silence: { tickMs: 200, noticedWithinMs: 2000 },
    credential,
    subscribe: async (how) => deviceOf(await control<Subscription>('POST', 'subscriptions', how)),
    behave,
    requests,
    provider: (settings) => new WebPushProvider(settings),
    session: (provider, version) => provider.sessionFor(credential(version)),
    device: () => browsers[(used += 1) % BROWSERS]!,
    script: ({ target }, scripted, times) =>
      control('PUT', `tokens/${target.split('/').at(-1)}`, {
        outcome: outcomeFor(scripted),
        ...(times !== undefined && { times }),
      }),
    slowDown: (ms) => behave({ latencyMs: ms }),
    blackHole: (on) => behave({ blackhole: on }),
    goaway: () => control('POST', 'goaway', {}),
    received: async () =>
      (await requests<SandboxPush>()).map(({ payload, connection }) => ({
        messageId: payload.data.sbx_delivery_id ?? '',
        connection,
      })),
    openConnections,
    reset: () => control('POST', 'reset'),
    stop,
  };
}

function deviceOf({ endpoint, keys }: Subscription): Device {
  return {
    id: newUuid(),
    target: endpoint,
    targetKind: 'webpush',
    targetKeys: keys,
    environment: 'production',
    registeredAt: new Date('2026-01-01T00:00:00Z'),
  };
}

function outcomeFor(scripted: ScriptedAnswer): object {
  if (scripted.says === 'retry later') return { status: 429, retryAfter: scripted.seconds };
  if (scripted.says === 'accepted') return { status: 201, latencyMs: scripted.afterMs };
  return OUTCOMES[scripted.says];
}
