import type { Envelope } from '@signalbox/credentials';
import { askTogether, type Database, type Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { atCrashPoint, fullJitter } from '@signalbox/resilience';
import { keepPart } from './export-parts.js';
import type { Holding, Person, Told } from './holding.js';
import { END, type Place, type Step, lockStep, moveOn, nextStep, placeBehind, placeIn } from './step.js';
import { ANY_STEP, END_STEP, KEEP_NAMES, POSTPONE, SET_ASIDE } from './step.queries.js';
import { subjectOf } from './subject.js';

export interface SliceParts {
  readonly service: string;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly holdings: readonly Holding[];
  readonly alsoKnownAs: (sql: Sql, person: Omit<Person, 'knownAs'>) => Promise<readonly string[]>;
}

/** Longer than a call to somebody outside takes; a process that dies in it leaves the step alone for so long. Milliseconds. */
const CALL_MS = 15_000;
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 5 * 60_000;

type Turn =
  | { readonly end: 'idle' | 'more' }
  | {
      readonly end: 'tell';
      readonly person: Person;
      readonly place: Place;
      readonly tellOthers: (person: Person) => Promise<Told>;
    };

/**
 * Does one slice of the request that waits longest. One that fails is put off, so that it holds up no other.
 *
 * @param onError hears why a slice failed.
 * @returns whether there was one.
 * @throws where the database does not answer.
 */
export async function takeSlice(parts: SliceParts, onError: (error: unknown) => void): Promise<boolean> {
  const { database, service } = parts;
  // Most looks find none, and a look needs no transaction.
  if (!(await askTogether(database, { asks: ANY_STEP, params: [service] }))) return false;
  let step: Step | undefined;
  try {
    const turn = await database.transaction(async (tx): Promise<Turn> => {
      const next = (step = await nextStep(tx, service));
      if (next === undefined) return { end: 'idle' };
      return atCrashPoint('personal-data.slice', () => doSlice(tx, parts, next));
    });
    if (turn.end === 'tell') await tell(parts, turn);
    return turn.end !== 'idle';
  } catch (error) {
    if (step === undefined) throw error;
    await postpone(parts, step, error);
    onError(error);
    return true;
  }
}

async function doSlice(tx: Sql, { service, envelope, holdings, alsoKnownAs }: SliceParts, step: Step): Promise<Turn> {
  const knownAs = step.knownAs ?? (await alsoKnownAs(tx, step));
  if (step.knownAs === null) await tx.query(KEEP_NAMES, [step.requestId, service, knownAs]);
  const person: Person = { ...personOf(step), knownAs };
  const place = step.place?.holding === END.holding ? undefined : placeIn(holdings, step.place);
  if (place === undefined) return endStep(tx, service, step, person);
  const holding = holdings.find(({ name }) => name === place.holding)!;
  const { name, tellOthers } = holding;
  if (step.kind === 'erasure' && tellOthers !== undefined && place.told !== true) {
    await tx.query(SET_ASIDE, [step.requestId, service, CALL_MS]);
    return { end: 'tell', person, place, tellOthers };
  }
  const goOn = (next: string | undefined): Place =>
    next === undefined ? (placeBehind(holdings, place) ?? END) : { ...place, at: next };
  if (step.kind === 'erasure') {
    const { counts, kept, next } = await holding.erase(tx, person, place.at);
    await moveOn(tx, service, step, { place: goOn(next), counts, kept });
    return { end: 'more' };
  }
  const { records, next } = (await holding.collect?.(tx, person, place.at)) ?? { records: [] };
  if (records.length > 0) await keepPart(tx, envelope, person, { service, number: step.parts, section: name, records });
  await moveOn(tx, service, step, {
    place: goOn(next),
    counts: { [name]: records.length },
    parts: records.length > 0 ? 1 : 0,
  });
  return { end: 'more' };
}

function personOf({ requestId, requestedAt, appId, userId, pseudonym }: Step): Omit<Person, 'knownAs'> {
  return { requestId, requestedAt, appId, userId, pseudonym };
}

async function endStep(tx: Sql, service: string, step: Step, person: Person): Promise<Turn> {
  await tx.query(END_STEP, [step.requestId, service]);
  const { appId, kind, counts, kept } = step;
  const { subject, data } = subjectOf(person);
  const part = { ...data, service, counts };
  await append(tx, [
    kind === 'erasure'
      ? { appId, type: 'user.data_erased', subject, data: { ...part, kept } }
      : { appId, type: 'user.data_exported', subject, data: part },
  ]);
  return { end: 'more' };
}

/** Outside of any transaction; what came of it is noted, if nobody else has noted it meanwhile. */
async function tell(
  { database, service }: SliceParts,
  { person, place, tellOthers }: Turn & { end: 'tell' },
): Promise<void> {
  const told = await atCrashPoint('personal-data.tell-others', () => tellOthers(person));
  await atCrashPoint('personal-data.told', () =>
    database.transaction(async (tx) => {
      const step = await lockStep(tx, person.requestId, service);
      if (step === undefined || step.place?.told === true) return;
      await moveOn(tx, service, step, {
        place: told.end === 'done' ? { ...place, told: true } : place,
        counts: told.end === 'done' ? told.counts : undefined,
        ...(told.end === 'later' && { wait: { afterMs: Math.min(told.afterMs, LONGEST_WAIT), reason: told.reason } }),
      });
    }),
  );
}

/** The name of an error is kept; its message may hold a value. */
async function postpone({ database, service }: SliceParts, { requestId, tries }: Step, error: unknown): Promise<void> {
  const wait = fullJitter(tries + 1, { base: FIRST_WAIT, cap: LONGEST_WAIT, floor: FIRST_WAIT / 2 });
  const reason = error instanceof Error ? error.name : 'unknown';
  await database.query(POSTPONE, [requestId, service, wait, reason]);
}
