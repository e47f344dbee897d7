import type { Sql } from '@signalbox/database';
import type { Decided } from './decide.js';
import type { Kind } from './kinds.js';
import type { ObjectRef } from './object-ref.js';
import type { Dead, Opened, Readable } from './observe.js';
import { LIVING_EVENTS } from './process.queries.js';

/** An object's events, by what is to be done about them. */
export interface Sorted {
  /** Of the object; undefined: nothing follows from any of them. */
  readonly kind: Kind | undefined;
  readonly readable: readonly Readable[];
  readonly settled: readonly Decided[];
  readonly dead: readonly Dead[];
}

/**
 * Sets aside what needs no look at the object. A thin event whose snapshot event is here says nothing more; one whose snapshot
 * event is dead speaks in its place.
 */
export async function sort(sql: Sql, object: ObjectRef, opened: readonly Opened[]): Promise<Sorted> {
  const dead = opened.filter((each) => each.kind === 'dead');
  const stored = opened
    .filter((each) => each.kind === 'stored')
    .map(({ row, detail }): Decided => ({ event: row.id, decision: 'stored', detail }));
  const readable = opened.filter((each) => each.kind === 'readable');
  const kind = readable[0]?.handler.kind ?? dead[0]?.objectKind;
  const told = await snapshotsOf(sql, object, readable, dead);
  const isRepeated = ({ row }: Readable): boolean => row.snapshotEvent !== null && told.has(row.snapshotEvent);
  const repeated = readable
    .filter(isRepeated)
    .map(({ row }): Decided => ({ event: row.id, decision: 'repeated', detail: row.snapshotEvent ?? undefined }));
  return {
    kind: repeated.length === readable.length && dead.length === 0 ? undefined : kind,
    readable: readable.filter((each) => !isRepeated(each)),
    settled: [...stored, ...repeated],
    dead,
  };
}

async function snapshotsOf(
  sql: Sql,
  { appId, account }: ObjectRef,
  events: readonly Readable[],
  dying: readonly Dead[],
): Promise<ReadonlySet<string>> {
  const named = events.map(({ row }) => row.snapshotEvent).filter((id) => id !== null);
  if (named.length === 0) return new Set();
  const { rows } = await sql.query<{ stripeId: string }>(LIVING_EVENTS, [appId, account, named]);
  const dyingNow = new Set(dying.map(({ row }) => row.stripeId));
  return new Set(rows.map(({ stripeId }) => stripeId).filter((id) => !dyingNow.has(id)));
}
