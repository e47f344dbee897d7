import type { BroadcastResult } from './run.ts';

/** Resident memory of each process. */
export const MOST_MB = 300;
/** The 99th percentile of others, over that of the same when nothing else happens. */
export const MOST_TIMES_IDLE = 1.5;

/** What a broadcast promises and this one did not keep, one sentence each. */
export function whatBroke(result: BroadcastResult): string[] {
  return [...accounting(result), ...burdens(result)];
}

/** Every phone has exactly one outcome. */
export function accounting({
  devices,
  view,
  states,
  phonesWithOutcome,
  received,
  violations,
}: BroadcastResult): string[] {
  const broken: string[] = [];
  const deliveries = states.reduce((sum, state) => sum + state.deliveries, 0);
  const counted = Object.values(view.outcomes).reduce((sum, n) => sum + n, 0);
  const sent = states.find(({ state }) => state === 'sent')?.deliveries ?? 0;
  if (deliveries !== devices) broken.push(`${deliveries} deliveries for ${devices} phones`);
  if (phonesWithOutcome !== devices) broken.push(`${phonesWithOutcome} of ${devices} phones have an outcome`);
  if (counted !== devices) broken.push(`${counted} outcomes were counted for ${devices} phones`);
  if (view.devices.reached !== devices) broken.push(`${view.devices.reached} of ${devices} phones were looked at`);
  if (received !== sent) broken.push(`${sent} were sent, and the provider got ${received}`);
  if (violations.length > 0) broken.push(`the invariant does not hold: ${JSON.stringify(violations.slice(0, 3))}`);
  return broken;
}

function burdens({ memory, others }: BroadcastResult): string[] {
  const broken = memory
    .filter(({ mostMb }) => mostMb > MOST_MB)
    .map(({ service, mostMb }) => `${service} had ${mostMb.toFixed(0)} MB`);
  if (others && others.during.p99 > others.idle.p99 * MOST_TIMES_IDLE) {
    broken.push(`others waited ${others.during.p99} ms (p99) instead of ${others.idle.p99} ms`);
  }
  return broken;
}
