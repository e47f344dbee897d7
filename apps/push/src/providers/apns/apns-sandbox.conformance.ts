import { randomBytes } from 'node:crypto';
import { newUuid } from '@signalbox/contracts';
import type { ApnsCredential, StoredCredential } from '@signalbox/credentials';
import { startProcess } from '@signalbox/testing';
import type { ProviderHarness, ScriptedAnswer } from '../push-provider.conformance.js';
import type { PushMessage } from '../push-provider.js';
import { ApnsProvider, type ApnsProviderOptions } from './apns-provider.js';

/** What the sandbox remembers of a request (docs/sandbox.md). */
export interface SandboxRequest {
  readonly apnsId: string;
  readonly connection: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: unknown;
  readonly payloadBytes: number;
}

export interface ApnsHarness extends ProviderHarness<ApnsCredential> {
  provider(settings?: ApnsProviderOptions): ApnsProvider;
  credential(version?: number): StoredCredential<ApnsCredential>;
  /** A credential with a signing key that was never used. */
  freshCredential(): Promise<StoredCredential<ApnsCredential>>;
  /** `PUT /v1/apns/behaviour`: what holds for every request. */
  behave(behaviour: object): Promise<void>;
  /** `PUT /v1/apns/tokens/{token}`. */
  answer(device: PushMessage['device'], outcome: object, times?: number): Promise<void>;
  requests(): Promise<readonly SandboxRequest[]>;
}

const OUTCOMES: Readonly<Record<Exclude<ScriptedAnswer['says'], 'retry later' | 'accepted'>, object>> = {
  dead: { reason: 'Unregistered' },
  'payload fault': { reason: 'PayloadTooLarge' },
  'credential fault': { reason: 'InvalidProviderToken' },
  nothing: { hang: true },
  'stream reset': { reset: 'INTERNAL_ERROR' },
  'connection cut': { disconnect: true },
};

/** The APNs sandbox as a process of its own, and providers that talk to it. */
export async function startApnsHarness(): Promise<ApnsHarness> {
  const sandbox = await startProcess({
    entry: 'apps/sandbox/dist/main.js',
    env: { HOST: '127.0.0.1', CONTROL_PORT: '0', APNS_PORT: '0', LOG_LEVEL: 'warn', STATE_DIR: undefined },
    ready: { line: (line) => line.includes('"ready":true') },
  });
  const { controlPort } = sandbox.jsonLines().find(({ ready }) => ready === true) as { controlPort: number };

  async function control<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const response = await fetch(`http://127.0.0.1:${controlPort}/v1/apns/${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as Answer;
  }

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

  async function requests(): Promise<readonly SandboxRequest[]> {
    const all: SandboxRequest[] = [];
    for (let after = ''; ;) {
      const page = await control<{ requests: SandboxRequest[]; next: string | null; hasMore: boolean }>(
        'GET',
        `requests?limit=1000${after}`,
      );
      all.push(...page.requests);
      if (!page.hasMore) return all;
      after = `&after=${page.next}`;
    }
  }

  return {
    credential,
    freshCredential: async () => ({
      ...credential(),
      id: newUuid(),
      secret: await control<ApnsCredential>('POST', 'keys'),
    }),
    behave,
    answer,
    requests,
    provider: (settings) => new ApnsProvider(settings),
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
    received: async () => (await requests()).map(({ apnsId, connection }) => ({ messageId: apnsId, connection })),
    openConnections: async () => (await control<{ connections: { open: number } }>('GET', 'stats')).connections.open,
    reset: () => control('POST', 'reset'),
    stop: async () => {
      await sandbox.stop();
    },
  };
}

function outcomeFor(scripted: ScriptedAnswer): object {
  if (scripted.says === 'retry later') return { reason: 'TooManyRequests', retryAfter: scripted.seconds };
  if (scripted.says === 'accepted') return { status: 200, latencyMs: scripted.afterMs };
  return OUTCOMES[scripted.says];
}
