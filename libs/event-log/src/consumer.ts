import { setTimeout as sleep } from 'node:timers/promises';
import { firstUuidAt, timeOfUuid, type EventType, type Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { untilBeat } from '@signalbox/resilience';
import { ADVANCE_CONSUMER, FIRST_XID_FROM, LOCK_CONSUMER, REGISTER_CONSUMER } from './consumer.queries.js';
import { positionBefore, type FeedPosition } from './feed-cursor.js';
import { readGeneration, readLog } from './feed.js';
import type { LoggedEvent } from './logged-event.js';
import { RestingReader, restFor } from './resting-reader.js';

/** Runs after the commit; nobody waits for it, and it must not throw. */
export type AfterCommit = () => void;

export interface ConsumerOptions {
  readonly database: Database;
  /** Names the cursor; processes that run under one name take turns and share the work. */
  readonly name: string;
  /** Where a name begins that was never seen before: all there is, or what comes from now on. */
  readonly startFrom: 'beginning' | 'now';
  /**
   * Only these are handed over; all unless told. The database passes over the rest; what notifications write it does not even look
   * at where none of it is wanted, so a rare type is cheap to follow.
   */
  readonly types?: readonly EventType[];
  /** Milliseconds between two looks when there was nothing to read. */
  readonly pollMs: number;
  readonly signal: AbortSignal;
  /**
   * Turns events into work, in order, by writing rows through `tx`: they commit together with the cursor, so each event
   * has its effect exactly once. No calls to anybody else in here: the open transaction holds the horizon back.
   *
   * @returns what is to be done once they are committed, if anything; a process that dies just then never does it.
   */
  readonly handle: (tx: Sql, events: readonly LoggedEvent[]) => Promise<AfterCommit | undefined | void>;
  /** Hears why a batch was rolled back. It is tried again, later each time. */
  readonly onError: (error: unknown) => void;
}

const BATCH = 500;
const LONGEST_WAIT = 30_000;
/** More than a transaction may last (see openDatabase), so that a row near the old cursor is rather read twice than not. */
const REPOSITION_MARGIN = 60_000;

/**
 * Follows the feed until `signal` aborts; the batch under way is finished first. While nothing happens it only asks whether anything
 * did (ANY_BEHIND), together with whoever else asks for something, instead of a transaction of five statements.
 */
export async function runConsumer(options: ConsumerOptions): Promise<void> {
  let registered = false;
  let failures = 0;
  let rest: RestingReader | undefined;
  let lastEventAt = performance.now();
  while (!options.signal.aborted) {
    let wait = restFor(options.pollMs, lastEventAt);
    try {
      if (!registered) await registerConsumer(options);
      registered = true;
      if (rest === undefined || (await rest.isOver(options.database))) {
        const done = await step(options);
        rest = done.end === 'caught-up' ? new RestingReader(done.position) : undefined;
        if (done.end !== 'taken' && done.isNew) lastEventAt = performance.now();
        if (done.end === 'more') wait = 0;
      }
      failures = 0;
    } catch (error) {
      failures += 1;
      rest = undefined;
      wait = Math.min(LONGEST_WAIT, options.pollMs * 2 ** failures);
      options.onError(error);
    }
    if (failures > 0) await sleep(wait, undefined, { signal: options.signal }).catch(() => undefined);
    else if (wait > 0) await untilBeat(wait, options.signal);
  }
}

/**
 * Gives a name that was never seen before its place in the feed; one that is known keeps its own. `runConsumer` does it, too,
 * but does not say when: who must not miss what happens next waits for this first.
 */
export async function registerConsumer({
  database,
  name,
  startFrom,
}: Pick<ConsumerOptions, 'database' | 'name' | 'startFrom'>): Promise<void> {
  const { generation, horizon } = await readGeneration(database);
  const start = positionBefore(generation, startFrom === 'now' ? horizon : 0n);
  await database.query(REGISTER_CONSUMER, [name, start.xid.toString(), start.id, generation]);
}

type Step =
  | {
      readonly end: 'more' | 'caught-up';
      readonly position: FeedPosition;
      /** It is behind the one before. */
      readonly isNew: boolean;
      readonly afterCommit?: AfterCommit;
    }
  | { readonly end: 'taken' };

async function step({ database, name, types, handle }: ConsumerOptions): Promise<Step> {
  const taken = await database.transaction(async (tx): Promise<Step> => {
    const { rows } = await tx.query<{ xid: string; id: Uuid; generation: Uuid }>(LOCK_CONSUMER, [name]);
    if (!rows[0]) return { end: 'taken' };
    const after = await inForce(tx, { ...rows[0], xid: BigInt(rows[0].xid) });
    const { events, position, caughtUp } = await readLog(tx, after, BATCH, types === undefined ? {} : { types });
    const end = caughtUp ? 'caught-up' : 'more';
    if (position.xid === after.xid && position.id === after.id) return { end, position, isNew: false };
    const then = events.length === 0 ? undefined : await handle(tx, events);
    await tx.query(ADVANCE_CONSUMER, [name, position.xid.toString(), position.id, position.generation]);
    return { end, position, isNew: true, ...(then !== undefined && { afterCommit: then }) };
  });
  if (taken.end !== 'taken') taken.afterCommit?.();
  return taken;
}

/**
 * The same place in the generation in force. After a restore the transaction ids are new, but the ids of the events
 * are not: going on from the first transaction that wrote such an id, a little earlier than the old cursor, misses
 * nothing and may hand over the last minute again.
 */
async function inForce(tx: Sql, cursor: FeedPosition): Promise<FeedPosition> {
  const { generation, horizon } = await readGeneration(tx);
  if (generation === cursor.generation) return cursor;
  const from = firstUuidAt(timeOfUuid(cursor.id) - REPOSITION_MARGIN);
  const { rows } = await tx.query<{ xid: string | null }>(FIRST_XID_FROM, [from]);
  const first = rows[0]?.xid;
  return first === null || first === undefined
    ? positionBefore(generation, horizon)
    : { generation, xid: BigInt(first), id: from };
}
