import type { Uuid } from '@signalbox/contracts';
import type { Provider } from '@signalbox/credentials';
import { intArray, type Sql, textArray, uuidArray } from '@signalbox/database';
import { isWarnedOf } from '../notify/is-warned-of.js';
import { distinctUsers, type Standing, standingOf, type StandingRow } from '../policy/standing.js';
import type { SendableDevice } from '../work/just-read.js';
import type { StoredNotification } from '../work/notifications-by-id.js';
import type { RouteItem } from '../work/push-work.js';
import type { Addressed, ResolvedDevice } from './addressed.js';
import type { CurrentCredentials } from './provider-of.js';
import { DEVICES_BY_PLACE, DEVICES_OF_INSTALLATIONS, LOOK_UP } from './route.queries.js';

/** A phone, and what it was found by. */
interface Found extends Omit<ResolvedDevice, 'of'> {
  readonly place: number;
  readonly sessionId: string | null;
  readonly lastSeenAt: Date;
}

/** What LOOK_UP answers: as JSON, so times are texts. */
interface LookUpRow extends StandingRow {
  readonly devices: readonly (Omit<Found & SendableDevice, 'lastSeenAt' | 'registeredAt'> & {
    readonly lastSeenAt: string;
  })[];
  readonly credentials: readonly (PushCredential & { readonly appId: Uuid; readonly provider: Provider })[];
}

/** Where one item goes: to users, to an installation, or to the one phone that it names. */
interface Wanted {
  readonly place: number;
  readonly appId: Uuid;
  readonly names: readonly string[];
}

/** A credential that an app sends notifications with. */
export interface PushCredential {
  readonly id: Uuid;
  readonly version: number;
  /** Something keeps its work back, in one lane at least. */
  readonly held: boolean;
}

/** What there is to know, at this moment, of those whom items are for. */
export interface LookedUp {
  readonly addressed: readonly Addressed[];
  readonly credentials: CurrentCredentials<PushCredential>;
  /** Of all users among the addressed; undefined where not all of them were asked for by name. */
  readonly standing?: Standing;
  /** Phones of users who were asked for by name. */
  readonly devices: ReadonlyMap<Uuid, SendableDevice>;
}

/** Looks up the phones of many items and what else decides what becomes of them: one statement, and one for each other way of naming phones. */
export async function lookUp(
  sql: Sql,
  items: readonly RouteItem[],
  notifications: ReadonlyMap<Uuid, StoredNotification>,
): Promise<LookedUp> {
  const known = items.flatMap((item) => {
    const notification = notifications.get(item.n);
    return notification === undefined ? [] : [{ item, notification }];
  });
  const wanted = known.map(({ item, notification }, place) => ({
    item,
    to: notification.payload.to,
    place,
    appId: notification.appId,
  }));
  const named = wanted.filter(({ item }) => item.v === undefined);
  const ofUsers = named.map((each) => ({ ...each, names: usersOf(each.item, each.to) }));
  const apps = [...new Set(wanted.map(({ appId }) => appId))];
  const row = await read(sql, apps, ofUsers);
  const users = row.devices.map((device) => {
    const lastSeenAt = new Date(device.lastSeenAt);
    return { ...device, lastSeenAt, registeredAt: lastSeenAt };
  });
  const others = [
    ...(await find(
      sql,
      DEVICES_BY_PLACE,
      wanted.map((each) => ({ ...each, names: each.item.v === undefined ? [] : [each.item.v] })),
    )),
    ...(await find(
      sql,
      DEVICES_OF_INSTALLATIONS,
      named.map((each) => ({ ...each, names: 'installationId' in each.to ? [each.to.installationId] : [] })),
    )),
  ];
  const found = Map.groupBy([...others, ...users], ({ place }) => place);
  return {
    addressed: known.map(({ item, notification }, place) => addressed(item, notification, found.get(place) ?? [])),
    credentials: credentialsOf(row),
    ...(others.length === 0 && { standing: standingOf(row) }),
    devices: new Map(users.map((device) => [device.id, device])),
  };
}

async function read(sql: Sql, apps: readonly Uuid[], ofUsers: readonly Wanted[]): Promise<LookUpRow> {
  const asked = namesIn(ofUsers);
  const users = distinctUsers(asked.map(({ appId, name }) => ({ appId, userId: name })));
  const { rows } = await sql.query<LookUpRow>(LOOK_UP, [
    intArray(asked.map(({ place }) => place)),
    uuidArray(asked.map(({ appId }) => appId)),
    textArray(asked.map(({ name }) => name)),
    apps,
    uuidArray(users.map(({ appId }) => appId)),
    textArray(users.map(({ userId }) => userId)),
  ]);
  return rows[0]!;
}

function credentialsOf({ credentials }: LookUpRow): CurrentCredentials<PushCredential> {
  const of = (provider: Provider): Map<Uuid, PushCredential> =>
    new Map(credentials.filter((each) => each.provider === provider).map((each) => [each.appId, each]));
  return { apns: of('apns'), fcm: of('fcm'), webpush: of('webpush') };
}

function namesIn(wanted: readonly Wanted[]): (Omit<Wanted, 'names'> & { readonly name: string })[] {
  return wanted.flatMap(({ place, appId, names }) => names.map((name) => ({ place, appId, name })));
}

async function find(sql: Sql, statement: string, wanted: readonly Wanted[]): Promise<Found[]> {
  const asked = namesIn(wanted);
  if (asked.length === 0) return [];
  const { rows } = await sql.query<Found>(statement, [
    asked.map(({ place }) => place),
    asked.map(({ appId }) => appId),
    asked.map(({ name }) => name),
  ]);
  return rows;
}

function addressed(item: RouteItem, notification: StoredNotification, found: readonly Found[]): Addressed {
  const { to } = notification.payload;
  const users = usersOf(item, to);
  const asked = 'installationId' in to ? [to.installationId] : users;
  const resolved = (those: readonly Found[]): ResolvedDevice[] =>
    those.map(({ id, userId, platform, targetKind, status, locale, timeZone, due }) => {
      const of = users.length === 0 ? (asked[0] ?? '') : userId!;
      return { id, userId, of, platform, targetKind, status, locale, timeZone, due };
    });
  // One that is named itself gets an outcome, which sending finds.
  const isLeftOut = ({ sessionId }: Found): boolean =>
    item.v === undefined && users.length > 0 && isWarnedOf(notification.payload, sessionId);
  // Who is asked for by name is asked for with all phones.
  const isComplete = item.v === undefined && users.length > 0;
  return {
    notification,
    item,
    asked: item.v === undefined ? asked : [],
    devices: resolved(found.filter((each) => !isLeftOut(each))),
    leftOut: resolved(found.filter(isLeftOut)),
    ...(isComplete && { zones: zonesOf(users, found) }),
  };
}

/** The zone of the phone that each user was seen with last. */
function zonesOf(users: readonly string[], found: readonly Found[]): ReadonlyMap<string, string | null> {
  const zones = new Map<string, string | null>(users.map((user) => [user, null]));
  const seen = found.filter(({ status, timeZone }) => status === 'active' && timeZone !== null);
  if (seen.length > 1) seen.sort((one, other) => one.lastSeenAt.getTime() - other.lastSeenAt.getTime());
  for (const { userId, timeZone } of seen) zones.set(userId!, timeZone);
  return zones;
}

function usersOf(item: RouteItem, to: StoredNotification['payload']['to']): string[] {
  if (item.u !== undefined) return [item.u];
  if ('userId' in to) return [to.userId];
  return 'userIds' in to ? [...new Set(to.userIds)] : [];
}
