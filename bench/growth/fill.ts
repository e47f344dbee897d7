import { randomBytes } from 'node:crypto';
import { firstUuidAt, formatId, newUuid, uuidFromTimeAndTail, type Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { ensurePartitions } from '@signalbox/event-log';
import { INSERT_PHONES } from '../push/push-under-load.queries.ts';
import { EMPTY_LOG, FORGET_READERS, INSERT_KEYS, INSERT_SENT, NOTIFICATIONS_FROM, SETTLE } from './growth.queries.ts';

/** As many statements at once. */
const AT_ONCE = 2;
/** Notifications of one statement, and so of one transaction. */
const PAIRS = 2_000;
const ROWS = 20_000;
const DAY_MS = 24 * 3_600_000;
const DAYS_AHEAD = 7;
/** From accepted to sent. */
const WAY_MS = 40;
/** Whatever a round makes later has greater ids. */
const LAST_BEFORE_MS = 1_000;

/** A phone for each user from one number to another. */
export function fillRegistry(database: Database, appId: Uuid, from: number, to: number): Promise<void> {
  return inSlices(to - from, ROWS, (first, end) =>
    database.query(INSERT_PHONES, [appId, from + first, from + end - 1]),
  );
}

/** Idempotency keys of the last days. */
export function fillKeys(database: Database, keys: number): Promise<void> {
  return inSlices(keys, ROWS, (first, end) => database.query(INSERT_KEYS, [first, end - 1]));
}

export interface Past {
  readonly appId: Uuid;
  /** Two for each notification: that it was accepted, and that it was sent. */
  readonly events: number;
  /** So long ago the first, and none now; evenly over all users. */
  readonly days: number;
  readonly users: number;
}

/** Makes the log one of so many events, whatever it was, with the partitions that a service would have made by now. */
export async function fillLog(database: Database, { appId, events, days, users }: Past): Promise<void> {
  await database.query(EMPTY_LOG);
  const until = Date.now() - LAST_BEFORE_MS;
  const from = until - days * DAY_MS;
  const parents = ['event_log', 'delivery'] as const;
  const { left } = await ensurePartitions(database, { parents, daysAhead: days + DAYS_AHEAD, today: new Date(from) });
  if (left.length > 0) throw new Error(`partitions could not be made: ${JSON.stringify(left)}`);
  const [pairs, dekId] = [Math.floor(events / 2), newUuid()];
  const at = (pair: number): number => Math.floor(from + ((until - from) * pair) / pairs);
  await inSlices(pairs, PAIRS, (first, end) => {
    const rows = Array.from({ length: end - first }, (_, index) => pairAt(at(first + index), from));
    const people = rows.map((_, index) => ((first + index) * 7_919) % users);
    return database.query(INSERT_SENT, [
      appId,
      dekId,
      rows.map(({ id }) => id),
      rows.map(({ id }) => formatId('notification', id)),
      rows.map(({ fact }) => fact),
      rows.map(({ delivery }) => delivery),
      rows.map(({ delivery }) => formatId('delivery', delivery)),
      rows.map(({ device }) => device),
      rows.map(({ device }) => formatId('device', device)),
      people,
    ]);
  });
  await database.query(FORGET_READERS);
  for (const statement of SETTLE) await database.query(statement);
}

/** Ids of one notification and of what belongs to it; the delivery has the time of the notification, as every delivery has. */
function pairAt(time: number, registeredAt: number): Readonly<Record<'id' | 'fact' | 'delivery' | 'device', Uuid>> {
  const tails = randomBytes(40);
  return {
    id: uuidFromTimeAndTail(time, tails),
    fact: uuidFromTimeAndTail(time + WAY_MS, tails.subarray(10)),
    delivery: uuidFromTimeAndTail(time, tails.subarray(20)),
    device: uuidFromTimeAndTail(registeredAt, tails.subarray(30)),
  };
}

/** Notifications anywhere in a part of so many last days: `[0.2, 0.5]` is from a fifth of the time to the half of it. */
export async function someNotifications(
  database: Database,
  count: number,
  days: number,
  [least, most]: readonly [number, number],
): Promise<Uuid[]> {
  const from = Date.now() - days * DAY_MS;
  const time = (): number => from + days * DAY_MS * (least + Math.random() * (most - least));
  const asked = Array.from({ length: count }, () => firstUuidAt(time()));
  const { rows } = await database.query<{ id: Uuid }>(NOTIFICATIONS_FROM, [asked]);
  return rows.map(({ id }) => id);
}

/** Some slices at a time, in their order. */
async function inSlices(
  total: number,
  slice: number,
  work: (first: number, end: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const workUntilNoneIsLeft = async (): Promise<void> => {
    while (next < total) {
      const [first, end] = [next, Math.min(next + slice, total)];
      next = end;
      await work(first, end);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, workUntilNoneIsLeft));
}
