import { firstUuidAt, formatId, type Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { MAX_ITEMS, type Offer, type Publisher } from '@signalbox/queues';
import { atCrashPoint } from '@signalbox/resilience';
import { discardLetters } from '../discard.js';
import { replayLetters } from '../replay.js';
import { type LockedLetter, matchOf } from '../selection.js';
import { ANY_LEFT, END_RUN, LOCK_NEXT_LETTERS, MOVE_ON, TAKE_NEXT } from './run.queries.js';
import { type RunRow, selectionOfRun } from './run-row.js';

/** A replay does so much of a second at once: a stop waits for one slice at most, and what is sent comes evenly. */
const SLICES_PER_SECOND = 5;
/** Milliseconds until a run looks again whether the letters that others have in hand are done. */
const LOOK_AGAIN_MS = 200;
const FIRST = firstUuidAt(0);

/** The slice of one run could not be done; the cause says why. It is as it was. */
export class SliceFailed extends Error {
  override readonly name = 'SliceFailed';

  constructor(
    readonly run: Uuid,
    cause: unknown,
  ) {
    super('a slice of a run over dead letters failed', { cause });
  }
}

/**
 * Does the slice that is due next, of whichever run.
 *
 * @param except runs that are left alone.
 * @returns milliseconds until there is something to do; undefined: there is nothing for this process.
 * @throws SliceFailed, or what kept it from looking.
 */
export async function takeSlice(
  database: Database,
  publisher: Publisher,
  except: readonly Uuid[],
): Promise<number | undefined> {
  let taken: Uuid | undefined;
  try {
    const { dueInMs, offers } = await atCrashPoint('letter-run.commit', () =>
      database.transaction(async (tx) => {
        const [run] = (await tx.query<RunRow & { dueInMs: number }>(TAKE_NEXT, [except])).rows;
        taken = run?.id;
        if (run === undefined || run.dueInMs > 0) return { dueInMs: run?.dueInMs, offers: [] };
        return { dueInMs: 0, offers: await doSlice(tx, run) };
      }),
    );
    await publisher.publish(offers, 'letter-run.publish');
    return dueInMs;
  } catch (error) {
    throw taken === undefined ? error : new SliceFailed(taken, error);
  }
}

async function doSlice(tx: Sql, run: RunRow): Promise<Offer[]> {
  const { perSecond } = run;
  const most = perSecond === null ? MAX_ITEMS : Math.ceil(perSecond / SLICES_PER_SECOND);
  const wanted = [...matchOf(selectionOfRun(run)), most, run.cursor ?? FIRST, run.startedAt];
  const letters = (await tx.query<LockedLetter>(LOCK_NEXT_LETTERS, wanted)).rows;
  if (letters.length === 0) return endPass(tx, run);
  const offers = await settle(tx, run, letters);
  const waitMs = perSecond === null ? 0 : (letters.length / perSecond) * 1_000;
  await tx.query(MOVE_ON, [run.id, letters.length, letters.at(-1)!.id, waitMs]);
  return offers;
}

async function settle(tx: Sql, { id, note }: RunRow, letters: readonly LockedLetter[]): Promise<Offer[]> {
  if (note === null) return replayLetters(tx, letters, { run: id });
  await discardLetters(tx, letters, { note, run: id });
  return [];
}

/** Letters that somebody else had in hand may have been left open, so a run ends when none is, and not when it came to the last. */
async function endPass(tx: Sql, run: RunRow): Promise<Offer[]> {
  const left = await tx.query(ANY_LEFT, [...matchOf(selectionOfRun(run)), run.startedAt]);
  if (left.rows.length > 0) await tx.query(MOVE_ON, [run.id, 0, null, LOOK_AGAIN_MS]);
  else await endRun(tx, run, 'done');
  return [];
}

/** @returns the run as it ended; undefined when it was over before. */
export async function endRun(
  tx: Sql,
  { id, appId }: Pick<RunRow, 'id' | 'appId'>,
  state: 'stopped' | 'done',
  by: { readonly stoppedBy?: string } = {},
): Promise<RunRow | undefined> {
  const [ended] = (await tx.query<RunRow>(END_RUN, [id, state])).rows;
  if (ended === undefined) return undefined;
  const type = state === 'done' ? 'dead_letter_run.ended' : 'dead_letter_run.stopped';
  const data = { done: ended.done, letters: ended.letters, ...by };
  await append(tx, [{ appId, type, subject: formatId('deadLetterRun', id), data }]);
  return ended;
}
