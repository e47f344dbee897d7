import {
  EVENT_TYPES,
  type EventType,
  firstUuidAt,
  type NotificationAccepted,
  timeOfUuid,
  type Uuid,
} from '@signalbox/contracts';
import { ContentBroken, type ContentCipher } from '@signalbox/credentials';
import type { Sql } from '@signalbox/database';
import type { PersonalFact } from '@signalbox/event-log';
import { type Counts, type Holding, logHolding, type Person } from '@signalbox/personal-data';
import { cancelWithin } from '../notify/cancel-notification.js';
import { DROP_EMPTY_WORK } from '../notify/cancel.queries.js';
import { devicesAmong } from './devices.js';
import { FORGET_ANSWERS, FORGET_DELAYED, OPEN_ROOTS } from './personal-data.queries.js';

const TYPES = (Object.keys(EVENT_TYPES) as EventType[]).filter((type) =>
  /^(notification|delivery|device|preferences)[.]/.test(type),
);

/** Before the devices are gone, and once more behind them: a notification may have been accepted meanwhile. */
export function notifications(since: 'always' | 'request', cipher: ContentCipher): Holding {
  return logHolding({
    name: since === 'always' ? 'notifications' : 'late notifications',
    types: TYPES,
    since,
    alongside: forgetDeliveries,
    ...(since === 'always' && { show: (person: Person, fact: PersonalFact) => show(cipher, person, fact) }),
  });
}

async function forgetDeliveries(tx: Sql, person: Person, facts: readonly PersonalFact[]): Promise<Counts> {
  const accepted = facts.filter(({ type }) => type === 'notification.accepted');
  if (accepted.length === 0) return {};
  const cancelled = await cancelWaiting(tx, person, accepted);
  await forgetDelayed(tx, person, accepted);
  const ids = accepted.map(({ id }) => id);
  const from = firstUuidAt(timeOfUuid(ids.toSorted()[0]!));
  const { rowCount: answers } = await tx.query(FORGET_ANSWERS, [ids, devicesAmong(person), from]);
  return { notifications: accepted.length, 'notifications that waited': cancelled, 'answers of providers': answers };
}

/** What waits for this user alone is taken back; what waits for others, too, finds no device of this one. */
async function cancelWaiting(tx: Sql, { appId }: Person, accepted: readonly PersonalFact[]): Promise<number> {
  const own = accepted
    .map(({ id, payload }) => ({ id, payload: payload as NotificationAccepted }))
    .filter(({ payload: { to } }) => !('userIds' in to) || to.userIds.length === 1);
  const { rows } = await tx.query<{ root: Uuid }>(OPEN_ROOTS, [own.map(({ payload }) => payload.root)]);
  const open = new Set(rows.map(({ root }) => root));
  let cancelled = 0;
  for (const { id, payload } of own.filter((each) => open.has(each.payload.root))) {
    if ((await cancelWithin(tx, appId, id, payload)) === 'cancelled') cancelled += 1;
  }
  return cancelled;
}

/** What was put off for this user and is for others, too. */
async function forgetDelayed(tx: Sql, { userId }: Person, accepted: readonly PersonalFact[]): Promise<void> {
  const roots = accepted.map(({ payload }) => (payload as NotificationAccepted).root);
  const { rows } = await tx.query<{ id: Uuid }>(FORGET_DELAYED, [roots, accepted.map(({ id }) => id), userId]);
  if (rows.length > 0) await tx.query(DROP_EMPTY_WORK, [rows.map(({ id }) => id)]);
}

/** What was sent to the user, in words, and what became of it. Other recipients are none of their business. */
async function show(cipher: ContentCipher, { appId }: Person, fact: PersonalFact): Promise<object> {
  const at = new Date(timeOfUuid(fact.id)).toISOString();
  const { to: _to, root: _root, withoutDevice: _without, onlySuspect: _suspect, ...data } = fact.payload;
  const about = { at, type: fact.type, notification: fact.subject, ...data };
  if (fact.content === null || fact.dekId === null) return about;
  try {
    const content: unknown = JSON.parse((await cipher.decrypt(appId, fact.dekId, fact.content)).toString());
    return { ...about, content };
  } catch (error) {
    if (error instanceof ContentBroken) return about;
    throw error;
  }
}
