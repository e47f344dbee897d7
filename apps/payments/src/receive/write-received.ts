import type { Uuid } from '@signalbox/contracts';
import { boolArray, bytesArray, type Sql, textArray, timestampArray, uuidArray } from '@signalbox/database';
import { stripeQueueOf } from '../work/payments-work.js';
import type { InboxEntry, ObjectWork } from './object-works.js';
import { RECEIVE } from './receive.queries.js';
import type { ReceivedEvent } from './received-event.js';

/** An event on its way into the log, its body encrypted. */
export interface SealedEvent extends InboxEntry {
  readonly id: Uuid;
  readonly event: ReceivedEvent;
  readonly content: Buffer;
  readonly dekId: Uuid;
  /** Where in a trace it came, as a `traceparent`: what is done about it later is linked to that. */
  readonly trace?: string | undefined;
}

/** Stores events that are new, each in the inbox of its object, with the work rows given. @returns the ids of those that were here before. */
export async function writeReceived(
  sql: Sql,
  entries: readonly SealedEvent[],
  works: readonly ObjectWork[],
): Promise<ReadonlySet<Uuid>> {
  const of = <Value>(pick: (event: ReceivedEvent) => Value | undefined) =>
    entries.map(({ event }) => pick(event) ?? null);
  const texts = (pick: (event: ReceivedEvent) => string | undefined): Buffer => textArray(of(pick));
  const { rows } = await sql.query<{ id: Uuid }>(RECEIVE, [
    uuidArray(entries.map((entry) => entry.id)),
    uuidArray(entries.map((entry) => entry.appId)),
    texts((event) => event.account),
    texts((event) => event.eventId),
    uuidArray(of((event) => event.sourceId)),
    texts((event) => event.via),
    texts((event) => event.shape),
    texts((event) => event.type),
    texts((event) => event.apiVersion),
    boolArray(entries.map(({ event }) => event.livemode)),
    texts((event) => event.objectType),
    texts((event) => event.objectId),
    uuidArray(entries.map((entry) => entry.objectKey)),
    texts((event) => event.snapshotEvent),
    timestampArray(entries.map(({ event }) => event.created)),
    bytesArray(entries.map((entry) => entry.content)),
    uuidArray(entries.map((entry) => entry.dekId)),
    uuidArray(works.map((work) => work.id)),
    textArray(works.map((work) => stripeQueueOf(work.lane))),
    textArray(works.map((work) => work.lane)),
    textArray(entries.map((entry) => entry.trace ?? null)),
  ]);
  return new Set(rows.map((row) => row.id));
}
