import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
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
}

/** Stores events that are new, each in the inbox of its object, with the work rows given. @returns the ids of those that were new. */
export async function writeReceived(
  sql: Sql,
  entries: readonly SealedEvent[],
  works: readonly ObjectWork[],
): Promise<ReadonlySet<Uuid>> {
  const of = <Value>(pick: (event: ReceivedEvent) => Value | undefined) =>
    entries.map(({ event }) => pick(event) ?? null);
  const contents = entries.map((entry) => entry.content);
  const { rows } = await sql.query<{ id: Uuid }>(RECEIVE, [
    entries.map((entry) => entry.id),
    of((event) => event.appId),
    of((event) => event.account),
    of((event) => event.eventId),
    of((event) => event.sourceId),
    of((event) => event.via),
    of((event) => event.shape),
    of((event) => event.type),
    of((event) => event.apiVersion),
    of((event) => event.livemode),
    of((event) => event.objectType),
    of((event) => event.objectId),
    entries.map((entry) => entry.objectKey),
    of((event) => event.snapshotEvent),
    of((event) => event.created.toISOString()),
    Buffer.concat(contents),
    beginnings(contents),
    contents.map(({ length }) => length),
    entries.map((entry) => entry.dekId),
    works.map((work) => work.id),
    works.map((work) => stripeQueueOf(work.lane)),
    works.map((work) => work.lane),
  ]);
  return new Set(rows.map((row) => row.id));
}

/** Where each of them begins once they stand one behind the other, counted from 1. */
function beginnings(contents: readonly Buffer[]): number[] {
  let next = 1;
  return contents.map(({ length }) => {
    const at = next;
    next += length;
    return at;
  });
}
