import type { ProviderTrouble } from '../schedule/fault.ts';
import type { System } from '../system/system.ts';

/** Milliseconds that the provider takes at all times, so that there is always something under way. */
const PROVIDER_LATENCY_MS = 20;

const BEHAVIOURS: Readonly<Record<Exclude<ProviderTrouble, 'goaway' | 'cut'>, object>> = {
  unavailable: { status: 503, reason: 'ServiceUnavailable', retryAfter: 1 },
  'too-many-requests': { status: 429, reason: 'TooManyRequests', retryAfter: 1 },
  reset: { reset: true },
  'black-hole': { blackhole: true },
  'did-it-then-silence': { hang: true },
};

/** Makes the provider do wrong, to a share of its requests, until `soothe`. */
export async function provoke(system: System, trouble: ProviderTrouble, share: number): Promise<void> {
  if (trouble === 'goaway') return control(system, 'POST', 'goaway', {});
  if (trouble === 'cut') return control(system, 'POST', 'goaway', { abrupt: true });
  await control(system, 'PUT', 'behaviour', { ...BEHAVIOURS[trouble], share, latencyMs: PROVIDER_LATENCY_MS });
}

export async function soothe(system: System): Promise<void> {
  await control(system, 'PUT', 'behaviour', { latencyMs: PROVIDER_LATENCY_MS });
}

/** Every answer takes so long: whoever sends just now has something in hand. */
export async function slowDown(system: System, latencyMs: number): Promise<void> {
  await control(system, 'PUT', 'behaviour', { latencyMs });
}

/** One call of the sandbox's control API. @throws when it refuses. */
export async function control(
  system: System,
  method: string,
  path: string,
  body?: object,
  provider: 'apns' | 'fcm' = 'apns',
): Promise<void> {
  const response = await fetch(`${system.urls.control}/v1/${provider}/${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`the sandbox refused ${path}: ${await response.text()}`);
}
