import { randomBytes } from 'node:crypto';
import {
  formatId,
  lastMomentOf,
  newUuid,
  type NotificationEdit,
  type NotificationEdited,
  notificationRequest,
  type NotificationRequest,
  timeOfUuid,
  type Uuid,
  uuidFromTimeAndTail,
} from '@signalbox/contracts';
import { ContentBroken, type ContentCipher } from '@signalbox/credentials';
import type { Database, Sql } from '@signalbox/database';
import { append, type Fact } from '@signalbox/event-log';
import { problems, zodErrors } from '@signalbox/http';
import type { Offer } from '@signalbox/queues';
import { lifetimeOf } from '../work/lifetime.js';
import { lastEdits, notificationsOf, type StoredNotification } from '../work/notifications-by-id.js';
import { pushWork, type RouteItem } from '../work/push-work.js';
import { routeQueueOf } from '../work/queue-of-lane.js';
import { isTemplate, type StoredContent } from '../work/stored-content.js';
import { acceptedData } from './accepted-data.js';
import { DROP_EMPTY_WORK, DROP_ITEMS, LOCK_WAITING } from './cancel.queries.js';
import type { Composer } from './composer.js';
import { type Timing, timingOf } from './timing.js';

/** So many others may come first; each time that they do, one of them has been written. */
const MOST_ROUNDS = 10;

/**
 * What became of an edit: `too-late` when it was routed, were it for one user only; `erased` when nobody can read any more what it
 * says. What is to be published after the commit comes with `edited`.
 */
export type Edited =
  { readonly edit: 'edited'; readonly offers: readonly Offer[] } | { readonly edit: 'too-late' | 'erased' };

/**
 * Changes a notification that waits to be routed, under the lock that routing takes too: one of the two wins. The log keeps what it
 * was and what it is; work names the edit, and whoever routes or sends reads that. It is made of what was there before the lock, and
 * made again when somebody else's edit came first.
 *
 * @throws Problem 422 when the whole would be refused as a notification of its own, 503 when others came first again and again.
 */
export async function editNotification(
  database: Database,
  cipher: ContentCipher,
  composer: Composer,
  appId: Uuid,
  id: Uuid,
  edit: NotificationEdit,
): Promise<Edited> {
  let base = await lastEditOf(database, id);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const current = (await notificationsOf(database, [{ n: id, ...(base !== undefined && { c: base }) }])).get(id);
    if (current === undefined) return { edit: 'too-late' };
    const next = await requestAfter(cipher, current, edit);
    if (next === undefined) return { edit: 'erased' };
    const composed = await composer.compose(appId, next);
    const timing = timingAfter(current, edit, next);
    const { content, dekId } = await cipher.encrypt(appId, Buffer.from(JSON.stringify(composed.content)));
    const data = { ...acceptedData(next.to, composed, timing), changed: changedBy(edit) };
    const subject = formatId('notification', id);
    const fact: Fact = { id: idAfter(base ?? id), appId, type: 'notification.edited', subject, data, content, dekId };
    const end = await database.transaction((tx) => replace(tx, current, base, fact, data, timing));
    if (end !== 'edited-meanwhile' && end.edit === 'edited') return end;
    const last = await lastEditOf(database, id);
    // What was not found may have been on its way from one row to the next, under somebody else's edit.
    if (end !== 'edited-meanwhile' && last === base) return end;
    base = last;
  }
  throw problems.unavailable(`${formatId('notification', id)} is being changed by many at once; ask again.`, 1);
}

async function lastEditOf(database: Database, id: Uuid): Promise<Uuid | undefined> {
  return (await lastEdits(database, [id])).get(id);
}

/** What was edited sorts before its edit, and the edits in the order of their making, whatever the clocks of those who made them. */
function idAfter(earlier: Uuid): Uuid {
  return uuidFromTimeAndTail(Math.max(Date.now(), timeOfUuid(earlier) + 1), randomBytes(10));
}

async function replace(
  tx: Sql,
  { id, payload: { root } }: StoredNotification,
  base: Uuid | undefined,
  fact: Fact,
  { lane }: NotificationEdited,
  { dueAt = 0 }: Timing,
): Promise<Edited | 'edited-meanwhile'> {
  // Whoever lost the lock to another edit looks once more: the notification is in another row now.
  const waiting = (await waitingWhole(tx, root, id)) ?? (await waitingWhole(tx, root, id));
  if (waiting === undefined) return { edit: 'too-late' };
  if (waiting.item.c !== base) return 'edited-meanwhile';
  const [c] = await append(tx, [fact]);
  await tx.query(DROP_ITEMS, [[waiting.work], id]);
  await tx.query(DROP_EMPTY_WORK, [[waiting.work]]);
  const items: RouteItem[] = [{ n: id, c: c! }];
  const delay = Math.max(0, dueAt - Date.now());
  const work = { id: newUuid(), rootId: root, queue: routeQueueOf(lane), lane, items, delay };
  return { edit: 'edited', offers: await pushWork.enqueue(tx, [work]) };
}

interface Waiting {
  readonly work: Uuid;
  readonly item: RouteItem;
}

/** The item of a notification of which nothing was routed, its row locked. */
async function waitingWhole(tx: Sql, root: Uuid, id: Uuid): Promise<Waiting | undefined> {
  const { rows } = await tx.query<{ work: Uuid; items: readonly RouteItem[] }>(LOCK_WAITING, [root, id]);
  const waiting = rows.flatMap(({ work, items }) => items.map((item) => ({ work, item })));
  const [first, ...others] = waiting.filter(({ item }) => item.n === id);
  const isWhole = others.length === 0 && first?.item.u === undefined && first?.item.v === undefined;
  return isWhole ? first : undefined;
}

/**
 * The request that would have made it what it is to be; undefined when what it says is gone and not told anew.
 *
 * @throws Problem 422 for one that contradicts itself.
 */
async function requestAfter(
  cipher: ContentCipher,
  current: StoredNotification,
  { content, template, options = {} }: NotificationEdit,
): Promise<NotificationRequest | undefined> {
  const isSaidAnew = content !== undefined || template !== undefined;
  const said = isSaidAnew ? { content, template } : await sayingOf(cipher, current);
  if (said === undefined) return undefined;
  const { id, payload } = current;
  const before = {
    priority: payload.lane,
    ttlSeconds: Math.ceil(lifetimeOf(id, payload) / 1_000),
    category: payload.category,
    collapseKey: payload.collapseKey,
    sendAt: payload.sendAt,
    silent: payload.silent,
  };
  const given = Object.fromEntries(Object.entries(options).map(([name, value]) => [name, value ?? undefined]));
  const asked = notificationRequest.safeParse(
    { to: payload.to, ...said, options: { ...before, ...given } },
    { reportInput: true },
  );
  if (!asked.success) throw problems.invalid(zodErrors(asked.error.issues, undefined));
  return asked.data;
}

async function sayingOf(
  cipher: ContentCipher,
  { appId, dekId, content }: StoredNotification,
): Promise<Pick<NotificationRequest, 'content' | 'template'> | undefined> {
  try {
    const stored = JSON.parse((await cipher.decrypt(appId, dekId, content)).toString()) as StoredContent;
    return isTemplate(stored) ? stored : { content: stored };
  } catch (error) {
    if (error instanceof ContentBroken) return undefined;
    throw error;
  }
}

/**
 * Its time stays what it was unless it is told anew. What is to be sent at once is told to be for now: it lives from now on, and
 * however long it has waited is no part of that.
 */
function timingAfter(
  { payload: { sendAt, expiresAt } }: StoredNotification,
  { options = {} }: NotificationEdit,
  next: NotificationRequest,
): Timing {
  const now = Date.now();
  const asked = next.options.sendAt;
  const isAtOnce = asked === undefined || lastMomentOf(asked) <= now;
  const timing = timingOf(now, { ...next.options, sendAt: isAtOnce ? new Date(now).toISOString() : asked });
  if (options.sendAt !== undefined || options.ttlSeconds !== undefined) return timing;
  return { ...timing, told: { expiresAt, ...(sendAt === undefined ? {} : { sendAt }) } };
}

function changedBy({ options = {}, ...said }: NotificationEdit): string[] {
  return [...Object.keys(said), ...Object.keys(options)];
}
