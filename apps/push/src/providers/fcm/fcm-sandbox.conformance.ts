import { randomBytes } from 'node:crypto';
import { newUuid } from '@signalbox/contracts';
import type { FcmCredential, StoredCredential } from '@signalbox/credentials';
import type { ProviderHarness, ScriptedAnswer } from '../push-provider.conformance.js';
import type { PushMessage } from '../push-provider.js';
import { startPushSandbox } from '../sandbox.conformance.js';
import type { FcmPayload } from './fcm-payload.js';
import { loadTransports } from '../load-transports.js';
import type { TransportKind } from '../transport-kind.js';
import { FcmProvider, type FcmProviderOptions } from './fcm-provider.js';

/** What the sandbox remembers of a request (docs/sandbox.md). */
export interface SandboxMessage {
  readonly connection: number;
  readonly path: string;
  readonly targetKind: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: { readonly message: FcmPayload & { readonly token?: string; readonly fid?: string } };
}

export interface FcmHarness extends ProviderHarness<FcmCredential> {
  provider(settings?: Partial<FcmProviderOptions>): FcmProvider;
  credential(version?: number): StoredCredential<FcmCredential>;
  /** `PUT /v1/fcm/behaviour`: what holds for every request. */
  behave(behaviour: object): Promise<void>;
  /** `PUT /v1/fcm/tokens/{token}`. */
  answer(device: PushMessage['device'], outcome: object, times?: number): Promise<void>;
  requests(): Promise<readonly SandboxMessage[]>;
  /** How often the token endpoint gave each answer. */
  tokenAnswers(): Promise<Readonly<Record<string, number>>>;
  /** No access token given out so far is worth anything. */
  forgetAccessTokens(): Promise<void>;
}

const OUTCOMES: Readonly<Record<Exclude<ScriptedAnswer['says'], 'retry later' | 'accepted'>, object>> = {
  dead: { errorCode: 'UNREGISTERED' },
  'payload fault': { status: 400, fieldViolations: [{ field: 'message.data[0].value', description: 'Invalid value' }] },
  'credential fault': { status: 403, errorCode: null },
  nothing: { hang: true },
  'stream reset': { reset: 'INTERNAL_ERROR' },
  'connection cut': { disconnect: true },
};

/** HTTP/2 shares connections and has pings; over HTTP/1.1 only a deadline tells that the other side is silent. */
const BY_TRANSPORT = {
  own: { mostConnections: 8, silence: { tickMs: 200, noticedWithinMs: 2000 } },
  sdk: { mostConnections: 100, silence: { deadlineMs: 2000, noticedWithinMs: 3000 } },
};

/** The FCM sandbox as a process of its own, and providers that talk to it over this transport. */
export async function startFcmHarness(transport: TransportKind): Promise<FcmHarness> {
  const transports = await loadTransports(transport);
  const { control, requests, openConnections, stop } = await startPushSandbox('fcm');
  const secret = await control<FcmCredential>('GET', 'credential');
  const id = newUuid();
  const appId = newUuid();
  const credential = (version = 1): StoredCredential<FcmCredential> => ({
    id,
    appId,
    provider: 'fcm',
    version,
    secret,
  });
  const behave = (behaviour: object): Promise<void> => control('PUT', 'behaviour', behaviour);
  const answer = (device: PushMessage['device'], outcome: object, times?: number): Promise<void> =>
    control('PUT', `tokens/${device.target}`, { outcome, ...(times !== undefined && { times }) });

  return {
    ...BY_TRANSPORT[transport],
    credential,
    behave,
    answer,
    requests,
    tokenAnswers: async () => (await control<{ accessTokens: Record<string, number> }>('GET', 'stats')).accessTokens,
    forgetAccessTokens: () => control('DELETE', 'access-tokens'),
    provider: (settings) => new FcmProvider({ transports, ...settings }),
    session: (provider, version) => provider.sessionFor(credential(version)),
    device: () => ({
      id: newUuid(),
      target: `${randomBytes(11).toString('hex')}:${randomBytes(60).toString('hex')}`,
      targetKind: 'fcm_token',
      environment: 'production',
      registeredAt: new Date('2026-01-01T00:00:00Z'),
    }),
    script: (device, scripted, times) => answer(device, outcomeFor(scripted), times),
    slowDown: (ms) => behave({ latencyMs: ms }),
    blackHole: (on) => behave({ blackhole: on }),
    goaway: () => control('POST', 'goaway', {}),
    received: async () =>
      (await requests<SandboxMessage>()).map(({ payload, connection }) => ({
        messageId: payload.message.data.sbx_delivery_id ?? '',
        connection,
      })),
    openConnections,
    reset: () => control('POST', 'reset'),
    stop,
  };
}

function outcomeFor(scripted: ScriptedAnswer): object {
  if (scripted.says === 'retry later') return { errorCode: 'QUOTA_EXCEEDED', retryAfter: scripted.seconds };
  if (scripted.says === 'accepted') return { status: 200, latencyMs: scripted.afterMs };
  return OUTCOMES[scripted.says];
}
