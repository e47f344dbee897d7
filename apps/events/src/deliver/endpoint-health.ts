import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { endpointFact } from '../endpoints/endpoint-fact.js';
import { afterAttempt, isGivenUp, type Health } from './breaker.js';
import { DISABLE, LOCK_ENDPOINTS, SET_HEALTH } from './record.queries.js';
import type { EndpointNow, Settlement } from './settlement.js';

/** An endpoint as the transaction that records outcomes has locked it. */
export interface LockedEndpoint extends Health {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly enabled: boolean;
  readonly ordered: boolean;
  readonly now: Date;
}

export async function lockEndpoints(tx: Sql, settlements: readonly Settlement[]): Promise<LockedEndpoint[]> {
  const ids = [...new Set(settlements.map((each) => each.endpointId))];
  return (await tx.query<LockedEndpoint>(LOCK_ENDPOINTS, [ids])).rows;
}

/**
 * Moves the breakers by what the attempts of this batch came to, and disables endpoints that are gone or given up, with the
 * fact that says so. @returns where each endpoint stands now.
 */
export async function updateHealth(
  tx: Sql,
  endpoints: readonly LockedEndpoint[],
  settlements: readonly Settlement[],
): Promise<Map<Uuid, EndpointNow>> {
  const attemptsOf = Map.groupBy(settlements, (each) => each.endpointId);
  const changed: (Health & { id: Uuid })[] = [];
  const disabled: { id: Uuid; reason: 'gone' | 'failing' }[] = [];
  const standings = new Map<Uuid, EndpointNow>();
  for (const endpoint of endpoints) {
    const outcomes = (attemptsOf.get(endpoint.id) ?? []).flatMap(({ attempt }) => attempt?.outcome ?? []);
    const health = outcomes.reduce<Health>((before, each) => afterAttempt(before, each, endpoint.now), endpoint);
    if (differs(health, endpoint)) changed.push({ ...health, id: endpoint.id });
    if (outcomes.some((outcome) => outcome.isGone)) disabled.push({ id: endpoint.id, reason: 'gone' });
    else if (isGivenUp(health, endpoint.now)) disabled.push({ id: endpoint.id, reason: 'failing' });
    standings.set(endpoint.id, standingOf(health, endpoint));
  }
  await setHealth(tx, changed);
  for (const { id, reason } of disabled) {
    if (await disable(tx, id, reason)) standings.set(id, { stopFor: 0 });
  }
  return standings;
}

/** Ends deliveries to an endpoint until somebody enables it. @returns whether it was enabled. */
export async function disable(tx: Sql, endpoint: Uuid, reason: 'requested' | 'gone' | 'failing'): Promise<boolean> {
  const { rows } = await tx.query<{ appId: Uuid; failingSince: Date | null }>(DISABLE, [endpoint, reason]);
  const [row] = rows;
  if (row === undefined) return false;
  const since = row.failingSince === null ? {} : { failingSince: row.failingSince.toISOString() };
  const about = { id: endpoint, appId: row.appId };
  await append(tx, [endpointFact('webhook_endpoint.disabled', about, { reason, ...since })]);
  return true;
}

function standingOf({ openUntil }: Health, { enabled, now }: LockedEndpoint): EndpointNow {
  if (!enabled) return { stopFor: 0 };
  return openUntil === null ? {} : { stopFor: Math.max(0, openUntil.getTime() - now.getTime()) };
}

function differs(health: Health, before: Health): boolean {
  return (
    health.failures !== before.failures ||
    health.openings !== before.openings ||
    health.openUntil?.getTime() !== before.openUntil?.getTime() ||
    health.failingSince?.getTime() !== before.failingSince?.getTime()
  );
}

async function setHealth(tx: Sql, changed: readonly (Health & { id: Uuid })[]): Promise<void> {
  if (changed.length === 0) return;
  await tx.query(SET_HEALTH, [
    changed.map((each) => each.id),
    changed.map((each) => each.failures),
    changed.map((each) => each.openings),
    changed.map((each) => each.openUntil),
    changed.map((each) => each.failingSince),
  ]);
}
