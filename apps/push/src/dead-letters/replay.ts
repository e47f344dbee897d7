import { formatId, newUuid, type Lane, type QueueName, type Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { MAX_ITEMS, type NewWork, type Offer, type Publisher } from '@signalbox/queues';
import { atCrashPoint } from '@signalbox/resilience';
import { replayIdOf } from '../work/delivery-id.js';
import { lifetimeOf } from '../work/lifetime.js';
import { lastEdits, notificationsOf, type StoredNotification } from '../work/notifications-by-id.js';
import { pushWork, type SendItem } from '../work/push-work.js';
import { MARK_REPLAYED } from './dead-letter.queries.js';
import { type LockedLetter, lockOpen, type Selection } from './selection.js';

/** What a replay came to. */
export interface Replayed {
  readonly replayed: number;
  /** When the last of them is due. */
  readonly lastDueAt: Date | undefined;
}

/** A message that was to be delivered now or never lives so long after its replay, in milliseconds. */
const SHORTEST_LIFE_MS = 5 * 60_000;

/**
 * Sends dead letters again, as new deliveries with ids of their own. At most `perSecond` of them each second: every second's
 * letters are work rows with their own due time, so that the pace survives a restart. In slices, each one commit, in which
 * the letters are marked as replayed; whoever comes second finds them taken. A replay lives as long as the notification was
 * to live, counted from its own time.
 */
export async function replay(
  database: Database,
  publisher: Publisher,
  selection: Selection,
  { limit, perSecond }: { readonly limit: number; readonly perSecond: number },
): Promise<Replayed> {
  const startedAt = Date.now();
  let replayed = 0;
  while (replayed < limit) {
    const most = Math.min(limit - replayed, MAX_ITEMS);
    const delayOf = (place: number): number => Math.floor((replayed + place) / perSecond) * 1_000;
    const { count, offers } = await atCrashPoint('replay.commit', () =>
      database.transaction((tx) => replaySlice(tx, selection, most, delayOf)),
    );
    if (count === 0) break;
    replayed += count;
    await publisher.publish(offers, 'replay.publish');
  }
  const lastDelay = Math.floor(Math.max(0, replayed - 1) / perSecond) * 1_000;
  return { replayed, lastDueAt: replayed === 0 ? undefined : new Date(startedAt + lastDelay) };
}

async function replaySlice(
  tx: Sql,
  selection: Selection,
  most: number,
  delayOf: (place: number) => number,
): Promise<{ count: number; offers: Offer[] }> {
  const letters = await lockOpen(tx, selection, most);
  return { count: letters.length, offers: await replayLetters(tx, letters, { delayOf }) };
}

/**
 * Makes the replays of letters that this transaction has locked, and marks them. `delayOf`: milliseconds until the letter at a place is
 * due; at once unless told.
 *
 * @returns what is to be published when it has committed.
 */
export async function replayLetters(
  tx: Sql,
  letters: readonly LockedLetter[],
  { delayOf = () => 0, run }: { readonly delayOf?: (place: number) => number; readonly run?: Uuid } = {},
): Promise<Offer[]> {
  if (letters.length === 0) return [];
  const edits = await lastEdits(
    tx,
    letters.map((letter) => letter.notificationId),
  );
  const named = letters.map(({ notificationId: n }) => ({ n, ...editIn(edits, n) }));
  const notifications = await notificationsOf(tx, named);
  const now = Date.now();
  const planned = letters.map((letter, place) => {
    const delay = delayOf(place);
    const item = itemFor(letter, notifications.get(letter.notificationId), now + delay);
    return { letter, delay, item: { ...item, ...editIn(edits, letter.notificationId) } };
  });
  const offers = await pushWork.enqueue(tx, worksFor(planned));
  await tx.query(MARK_REPLAYED, [letters.map((letter) => letter.id), planned.map(({ item }) => item.d)]);
  await append(
    tx,
    planned.map(({ letter, item }) => ({
      appId: letter.appId,
      type: 'delivery.replayed' as const,
      subject: formatId('notification', letter.notificationId),
      data: {
        deliveryId: formatId('delivery', letter.id),
        replayId: formatId('delivery', item.d),
        deviceId: formatId('device', letter.deviceId),
        provider: letter.provider,
        reason: letter.reason,
        ...(run === undefined ? {} : { runId: formatId('deadLetterRun', run) }),
      },
    })),
  );
  return offers;
}

function editIn(edits: ReadonlyMap<Uuid, Uuid>, n: Uuid): Pick<SendItem, 'c'> {
  const c = edits.get(n);
  return c === undefined ? {} : { c };
}

function itemFor(letter: LockedLetter, notification: StoredNotification | undefined, dueAt: number): SendItem {
  const { id, notificationId: n, deviceId: v, userId: u } = letter;
  const lifetime = notification && lifetimeOf(n, notification.payload);
  return {
    d: replayIdOf(n, id),
    n,
    v,
    a: 1,
    r: id,
    ...(u !== null && { u }),
    ...(lifetime === undefined ? {} : { e: dueAt + Math.max(SHORTEST_LIFE_MS, lifetime) }),
  };
}

interface Planned {
  readonly letter: LockedLetter;
  readonly delay: number;
  readonly item: SendItem;
}

/** Work rows as routing makes them: of one credential, lane and due time. A replay belongs to the root of its letter. */
function worksFor(planned: readonly Planned[]): NewWork[] {
  const groups = Map.groupBy(planned, ({ letter, delay }) =>
    [letter.rootId, letter.queue, letter.credentialId, delay].join(' '),
  );
  return [...groups.values()].map((group) => {
    const { letter, delay } = group[0]!;
    return {
      id: newUuid(),
      rootId: letter.rootId,
      queue: letter.queue as QueueName,
      lane: letter.lane as Lane,
      appId: letter.appId,
      credentialId: letter.credentialId!,
      items: group.map(({ item }) => item),
      delay,
    };
  });
}
