import { type Database, readWithin, type Sql } from '@signalbox/database';
import { problems } from '@signalbox/http';
import { Semaphore } from '@signalbox/resilience';

/** Who counts takes a connection for seconds: so many at once in a process, or nothing else would get one. */
const counting = new Semaphore(2);
/** With those that wait for their turn. */
const asked = new Semaphore(50);
const MOST_MS = 10_000;

/** Runs what counts an audience when it is its turn. @throws Problem 503 when too many wait. */
export async function inTurn<Result>(count: () => Promise<Result>): Promise<Result> {
  if (!asked.tryAcquire()) {
    throw problems.unavailable('Too many audiences are being counted at this moment; ask again in a few seconds.', 5);
  }
  try {
    return await counting.use(count);
  } finally {
    asked.release();
  }
}

/** Counts for as long as somebody may wait for an answer. @throws Problem 503 when that is too short. */
export async function countWithin<Result>(database: Database, count: (tx: Sql) => Promise<Result>): Promise<Result> {
  const counted = await database.transaction((tx) => readWithin(tx, MOST_MS, () => count(tx)));
  if (counted !== undefined) return counted;
  throw problems.unavailable(
    `Counting this audience took longer than ${MOST_MS / 1_000} seconds and was given up. Ask when less is going on, or for fewer phones; a broadcast to it can be started without.`,
    60,
  );
}
