import type { NotificationAccepted, Uuid } from '@signalbox/contracts';
import { ContentBroken, type ContentCipher } from '@signalbox/credentials';
import { type Database, uuidArray } from '@signalbox/database';
import type { LeasedWork } from '@signalbox/queues';
import { CHANNELS, payloadFor } from '../payloads/channels.js';
import { isWarnedOf } from '../notify/is-warned-of.js';
import type { NotificationContent, PushMessage } from '../providers/push-provider.js';
import { providerOf } from '../route/provider-of.js';
import type { TemplateReader } from '../templates/template-reader.js';
import type { ReadForSending, SendableDevice } from '../work/just-read.js';
import { linkToRequests, notificationsOf, type StoredNotification } from '../work/notifications-by-id.js';
import type { SendItem } from '../work/push-work.js';
import { isTemplate, type StoredContent } from '../work/stored-content.js';
import {
  CATEGORIES_SENT_AT_MOST_ONCE,
  DELIVERIES_BY_ID,
  DEVICES_BY_ID,
  IS_CANCELLED_BROADCAST,
} from './load.queries.js';
import { type Writing, writingFor } from './write-words.js';

/** One item with all that its attempt needs, or the reason why it will not be tried. */
export interface LoadedItem {
  readonly item: SendItem;
  /**
   * `interrupted`: an earlier holder of the row began this attempt and did not live to see its end. `taken`: the phone has said that
   * it has it, and nobody has written yet that it was sent.
   */
  readonly message:
    PushMessage | { readonly refused: string } | { readonly interrupted: true } | { readonly taken: true };
  /** Its category prefers a message that is lost to one that comes twice. */
  readonly atMostOnce: boolean;
  /** Where in a trace it was asked for. */
  readonly trace: string | undefined;
}

/** What the items of a row stand on. */
interface Ground {
  readonly notifications: ReadonlyMap<Uuid, StoredNotification>;
  readonly devices: ReadonlyMap<Uuid, SendableDevice>;
  readonly settled: ReadonlyMap<Uuid, { readonly state: string; readonly attempt: number }>;
  readonly atMostOnce: ReadonlySet<string | undefined>;
}

/**
 * Reads what a work row needs with three statements at once, unless routing has just read it, and leaves out the items that an
 * earlier holder of the row settled already: those with a final delivery, or with one whose attempt is not behind theirs.
 */
export async function loadBatch(
  database: Database,
  cipher: ContentCipher,
  templates: TemplateReader,
  work: LeasedWork<SendItem>,
  read?: ReadForSending,
): Promise<LoadedItem[]> {
  const { notifications, devices, settled, atMostOnce } =
    read === undefined ? await readGround(database, work) : { ...read, settled: NOTHING };
  linkToRequests(notifications);
  const open = work.items.filter((item) => {
    const row = settled.get(item.d);
    return row === undefined || row.state === 'sending' || (isOpen(row) && row.attempt < item.a);
  });
  const [contents, cancelled] = await Promise.all([
    openContents(cipher, open, notifications),
    isCancelledBroadcast(database, work, notifications),
  ]);
  const writing = await writingFor(database, templates, work.appId!, open, contents);
  return open.map((item) => {
    const notification = notifications.get(item.n);
    const message = (): LoadedItem['message'] => {
      const row = settled.get(item.d);
      if (row?.state === 'sending') return { interrupted: true };
      if (row !== undefined && isTaken(row)) return { taken: true };
      if (cancelled) return { refused: 'cancelled' };
      return messageFor(item, notification, devices.get(item.v), contents.get(item.n), writing);
    };
    return {
      item,
      message: message(),
      atMostOnce: atMostOnce.has(notification?.payload.category),
      trace: notification?.payload.trace,
    };
  });
}

const NOTHING: Ground['settled'] = new Map();

async function readGround(database: Database, work: LeasedWork<SendItem>): Promise<Ground> {
  const ids = work.items.map((item) => item.d).sort();
  const [notifications, devices, deliveries] = await Promise.all([
    notificationsOf(database, work.items),
    database.query<SendableDevice>(DEVICES_BY_ID, [uuidArray(work.items.map((item) => item.v))]),
    database.query<{ id: Uuid; state: string; attempt: number }>(DELIVERIES_BY_ID, [ids, ids[0], ids.at(-1)]),
  ]);
  return {
    notifications,
    devices: new Map(devices.rows.map((row) => [row.id, row])),
    settled: new Map(deliveries.rows.map((row) => [row.id, row])),
    atMostOnce: await categoriesSentAtMostOnce(database, work, notifications),
  };
}

function isOpen(row: { readonly state: string }): boolean {
  return row.state === 'retrying' || isTaken(row);
}

function isTaken({ state }: { readonly state: string }): boolean {
  return state === 'delivered' || state === 'opened';
}

/** Asked only where there is nothing but a broadcast in the row. */
async function isCancelledBroadcast(
  database: Database,
  { rootId }: LeasedWork<SendItem>,
  notifications: ReadonlyMap<Uuid, StoredNotification>,
): Promise<boolean> {
  if (!notifications.has(rootId)) return false;
  return (await database.query(IS_CANCELLED_BROADCAST, [rootId])).rowCount > 0;
}

/** Asked only where a notification has a category at all. */
async function categoriesSentAtMostOnce(
  database: Database,
  work: LeasedWork<SendItem>,
  notifications: ReadonlyMap<Uuid, StoredNotification>,
): Promise<ReadonlySet<string | undefined>> {
  const named = new Set([...notifications.values()].flatMap(({ payload }) => payload.category ?? []));
  if (named.size === 0) return new Set();
  const { rows } = await database.query<{ name: string }>(CATEGORIES_SENT_AT_MOST_ONCE, [work.appId, [...named]]);
  return new Set(rows.map((row) => row.name));
}

async function openContents(
  cipher: ContentCipher,
  items: readonly SendItem[],
  notifications: ReadonlyMap<Uuid, StoredNotification>,
): Promise<Map<Uuid, StoredContent | ContentBroken>> {
  const wanted = [...new Set(items.map((item) => item.n))].flatMap((id) => notifications.get(id) ?? []);
  return new Map(
    await Promise.all(
      wanted.map(async ({ id, appId, dekId, content }) => {
        return [id, await openContent(cipher, appId, dekId, content)] as const;
      }),
    ),
  );
}

/** Content that cannot be opened (its key was deleted to shred it) must not hold up the rest of the work row. */
async function openContent(
  cipher: ContentCipher,
  appId: Uuid,
  dekId: Uuid,
  content: Buffer,
): Promise<StoredContent | ContentBroken> {
  try {
    return JSON.parse((await cipher.decrypt(appId, dekId, content)).toString()) as StoredContent;
  } catch (error) {
    if (error instanceof ContentBroken) return error;
    throw error;
  }
}

/** A phone may have changed hands since routing, or since the attempt before; what was for its old user is not for the new one. */
function whyNoMore(
  { u }: SendItem,
  { to, ...sessions }: NotificationAccepted,
  { userId, sessionId, signedOutUserId }: SendableDevice,
): string | undefined {
  const users = 'userId' in to ? [to.userId] : 'userIds' in to ? to.userIds : u === undefined ? undefined : [u];
  if (users === undefined) return undefined;
  if (userId === null && signedOutUserId !== null && users.includes(signedOutUserId)) return 'device_signed_out';
  if (userId === null || !users.includes(userId)) return 'device_changed_user';
  return isWarnedOf(sessions, sessionId) ? 'device_warned_of' : undefined;
}

function messageFor(
  item: SendItem,
  notification: StoredNotification | undefined,
  device: SendableDevice | undefined,
  stored: StoredContent | ContentBroken | undefined,
  writing: Writing,
): LoadedItem['message'] {
  if (device === undefined) return { refused: 'device_unknown' };
  const isProof = device.status === 'suspect' && item.p === true;
  if (device.status !== 'active' && !isProof) return { refused: `device_${device.status}` };
  if (notification === undefined || stored === undefined) return { refused: 'notification_past_retention' };
  const changed = whyNoMore(item, notification.payload, device);
  if (changed !== undefined) return { refused: changed };
  if (stored instanceof ContentBroken) return { refused: 'content_unreadable' };
  if (!isTemplate(stored)) return messageOf(item, notification, device, stored);
  const content = writing(item, stored);
  if ('refused' in content) return content;
  const message = messageOf(item, notification, device, content);
  return isTooLarge(message) ? { refused: 'payload_too_large' } : message;
}

/** Region and time zone of the reader add a few bytes that nobody knew of when the notification was accepted. */
function isTooLarge(message: PushMessage): boolean {
  const provider = providerOf(message.device);
  const payload = payloadFor(provider, message);
  return 'bytes' in payload && payload.bytes > CHANNELS[provider].limit;
}

function messageOf(
  item: SendItem,
  { payload: { lane, expiresAt, collapseKey, silent } }: StoredNotification,
  device: SendableDevice,
  content: NotificationContent,
): PushMessage {
  return {
    deliveryId: item.d,
    attempt: item.a,
    device: {
      id: device.id,
      target: device.target,
      targetKind: device.targetKind,
      environment: device.environment,
      registeredAt: device.registeredAt,
      ...(device.bundleId === null ? {} : { bundleId: device.bundleId }),
      ...(device.targetKeys === null ? {} : { targetKeys: device.targetKeys }),
    },
    content,
    options: {
      priority: lane,
      expiresAt: new Date(item.e ?? expiresAt),
      ...(collapseKey === undefined ? {} : { collapseKey }),
      ...(item.q && { quiet: true as const }),
      ...(item.h !== undefined && { quietChannelId: item.h }),
      ...(silent && { silent }),
    },
  };
}
