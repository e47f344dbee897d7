import type { Lane, Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { EventHead } from '@signalbox/event-log';
import type { Offer } from '@signalbox/queues';
import { eventsWork } from '../work/events-work.js';
import { postWorks } from '../work/post-works.js';
import { deliveryIdOf } from './delivery-id.js';
import { HEADS_OF_LINE, INSERT_DELIVERIES, JOIN_LINE, KEEP_DUE, LOCK_ORDERED } from './enlist.queries.js';

/** An event for an endpoint. */
export interface Enlisting {
  readonly endpointId: Uuid;
  readonly appId: Uuid;
  readonly event: EventHead;
}

/** A delivery that is to be attempted. */
export interface Queued {
  readonly id: Uuid;
  readonly endpointId: Uuid;
  readonly appId: Uuid;
  readonly subject: string;
  /** The attempt that is to be made. */
  readonly attempt: number;
  /** Milliseconds; in a line it may be later, but not earlier. */
  readonly delay: number;
}

/**
 * Takes events on for endpoints, in the order in which they are to be sent. A delivery that is there already is left as it
 * is, so whoever comes twice takes on nothing twice. @returns offers, to be published after the commit.
 */
export async function enlist(tx: Sql, enlistings: readonly Enlisting[], lane: Lane): Promise<Offer[]> {
  if (enlistings.length === 0) return [];
  const ordered = await lockOrdered(tx, enlistings);
  const made = await insertDeliveries(tx, enlistings);
  const queued = enlistings.flatMap(({ endpointId, appId, event }) => {
    const id = deliveryIdOf(event.id, endpointId);
    return made.has(id) ? [{ id, endpointId, appId, subject: event.subject, attempt: 1, delay: 0 }] : [];
  });
  return queueUp(tx, queued, lane, ordered);
}

/** @returns the ids of those deliveries that were not there. */
export async function insertDeliveries(tx: Sql, enlistings: readonly Enlisting[]): Promise<ReadonlySet<Uuid>> {
  const { rows } = await tx.query<{ id: Uuid }>(INSERT_DELIVERIES, [
    enlistings.map(({ event, endpointId }) => deliveryIdOf(event.id, endpointId)),
    enlistings.map(({ appId }) => appId),
    enlistings.map(({ endpointId }) => endpointId),
    enlistings.map(({ event }) => event.id),
    enlistings.map(({ event }) => event.type),
    enlistings.map(({ event }) => event.subject),
  ]);
  return new Set(rows.map((row) => row.id));
}

/**
 * Locks those endpoints that want order, before any of their deliveries is touched: everyone takes an endpoint first, or two
 * would wait in a circle.
 */
export async function lockOrdered(tx: Sql, of: readonly { readonly endpointId: Uuid }[]): Promise<ReadonlySet<Uuid>> {
  const endpoints = [...new Set(of.map(({ endpointId }) => endpointId))];
  const { rows } = await tx.query<{ id: Uuid }>(LOCK_ORDERED, [endpoints]);
  return new Set(rows.map((row) => row.id));
}

/** Gives open deliveries their work, or where order matters (`ordered`) a place in their subject's line. */
export async function queueUp(
  tx: Sql,
  queued: readonly Queued[],
  lane: Lane,
  ordered: ReadonlySet<Uuid>,
): Promise<Offer[]> {
  const lining = queued.filter(({ endpointId }) => ordered.has(endpointId));
  const heads = await joinLines(tx, lining);
  const due = queued
    .filter(({ id, endpointId }) => !ordered.has(endpointId) || heads.has(id))
    .map(({ id, endpointId, appId, attempt, delay }) => ({ endpointId, appId, delay, item: { d: id, a: attempt } }));
  return eventsWork.enqueue(tx, postWorks(due, lane));
}

/** The others keep when they are due. @returns those that need not wait for anybody. */
async function joinLines(tx: Sql, lining: readonly Queued[]): Promise<Set<Uuid>> {
  if (lining.length === 0) return new Set();
  const ids = lining.map(({ id }) => id);
  await tx.query(JOIN_LINE, [lining.map(({ endpointId }) => endpointId), lining.map(({ subject }) => subject), ids]);
  const { rows } = await tx.query<{ id: Uuid }>(HEADS_OF_LINE, [ids]);
  const heads = new Set(rows.map((row) => row.id));
  const later = lining.filter(({ id, delay }) => delay > 0 && !heads.has(id));
  if (later.length > 0) await tx.query(KEEP_DUE, [later.map(({ id }) => id), later.map(({ delay }) => delay)]);
  return heads;
}
