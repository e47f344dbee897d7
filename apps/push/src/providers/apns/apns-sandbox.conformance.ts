import { randomBytes } from 'node:crypto';
import { Envelope, loadMasterKey } from '@signalbox/credentials';
import { newUuid } from '@signalbox/contracts';
import type { ApnsCredential, StoredCredential } from '@signalbox/credentials';
import type { Sql } from '@signalbox/database';
import type { ProviderHarness, ScriptedAnswer } from '../push-provider.conformance.js';
import type { PushMessage } from '../push-provider.js';
import { startPushSandbox } from '../sandbox.conformance.js';
import { loadTransports } from '../load-transports.js';
import type { TransportKind } from '../transport-kind.js';
import { ApnsProvider, type ApnsProviderOptions } from './apns-provider.js';
import { ProviderTokens } from './provider-token/provider-tokens.js';

/** What the sandbox remembers of a request (docs/sandbox.md). */
export interface SandboxRequest {
  readonly apnsId: string;
  readonly connection: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: unknown;
  readonly payloadBytes: number;
}

const MASTER_KEY = loadMasterKey({ key: randomBytes(32).toString('base64') });

/** Provider tokens as one process keeps them. */
export function providerTokens(sql: Sql): ProviderTokens {
  return new ProviderTokens(sql, new Envelope(MASTER_KEY));
}

export interface ApnsHarness extends ProviderHarness<ApnsCredential> {
  provider(settings?: Partial<ApnsProviderOptions>): ApnsProvider;
  credential(version?: number): StoredCredential<ApnsCredential>;
  /** A credential with a signing key that was never used. */
  freshCredential(): Promise<StoredCredential<ApnsCredential>>;
  /** `PUT /v1/apns/behaviour`: what holds for every request. */
  behave(behaviour: object): Promise<void>;
  /** `PUT /v1/apns/tokens/{token}`. */
  answer(device: PushMessage['device'], outcome: object, times?: number): Promise<void>;
  requests(): Promise<readonly SandboxRequest[]>;
  /** How many different provider tokens of each key were accepted. */
  distinctTokens(): Promise<Readonly<Record<string, number>>>;
}

const OUTCOMES: Readonly<Record<Exclude<ScriptedAnswer['says'], 'retry later' | 'accepted'>, object>> = {
  dead: { reason: 'Unregistered' },
  'payload fault': { reason: 'PayloadTooLarge' },
  'credential fault': { reason: 'InvalidProviderToken' },
  nothing: { hang: true },
  'stream reset': { reset: 'INTERNAL_ERROR' },
  'connection cut': { disconnect: true },
};

/** The APNs sandbox as a process of its own, and providers that talk to it over this transport. */
export async function startApnsHarness(transport: TransportKind, sql: Sql): Promise<ApnsHarness> {
  const transports = await loadTransports(transport);
  const tokens = providerTokens(sql);
  const { control, requests, openConnections, stop } = await startPushSandbox('apns');
  const secret = await control<ApnsCredential>('GET', 'credential');
  const id = newUuid();
  const appId = newUuid();
  const credential = (version = 1): StoredCredential<ApnsCredential> => ({
    id,
    appId,
    provider: 'apns',
    version,
    secret,
  });
  const behave = (behaviour: object): Promise<void> => control('PUT', 'behaviour', behaviour);
  const answer = (device: PushMessage['device'], outcome: object, times?: number): Promise<void> =>
    control('PUT', `tokens/${device.target}`, { outcome, ...(times !== undefined && { times }) });

  return {
    mostConnections: 2,
    silence: { noticedWithinMs: 3000 },
    credential,
    freshCredential: async () => ({
      ...credential(),
      id: newUuid(),
      secret: await control<ApnsCredential>('POST', 'keys'),
    }),
    behave,
    answer,
    requests,
    distinctTokens: async () =>
      (await control<{ providerTokens: Record<string, number> }>('GET', 'stats')).providerTokens,
    provider: (settings) => new ApnsProvider({ transports, tokens, ...settings }),
    session: (provider, version) => provider.sessionFor(credential(version)),
    device: () => ({
      id: newUuid(),
      target: randomBytes(32).toString('hex'),
      targetKind: 'apns',
      environment: 'sandbox',
      bundleId: 'dev.signalbox.demo',
      registeredAt: new Date('2026-01-01T00:00:00Z'),
    }),
    script: (device, scripted, times) => answer(device, outcomeFor(scripted), times),
    slowDown: (ms) => behave({ latencyMs: ms }),
    blackHole: (on) => behave({ blackhole: on }),
    goaway: () => control('POST', 'goaway', {}),
    received: async () =>
      (await requests<SandboxRequest>()).map(({ apnsId, connection }) => ({ messageId: apnsId, connection })),
    openConnections,
    reset: () => control('POST', 'reset'),
    stop,
  };
}

function outcomeFor(scripted: ScriptedAnswer): object {
  if (scripted.says === 'retry later') return { reason: 'TooManyRequests', retryAfter: scripted.seconds };
  if (scripted.says === 'accepted') return { status: 200, latencyMs: scripted.afterMs };
  return OUTCOMES[scripted.says];
}
