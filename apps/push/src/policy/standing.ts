import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { type AppPolicy, NO_POLICY } from './app-policy.js';
import { STANDING, ZONES_OF_USERS } from './judge.queries.js';
import { UNSAID, type UserStanding } from './user-standing.js';

/** One user of one app. */
export interface AppUser {
  readonly appId: Uuid;
  readonly userId: string;
}

/** The policies in force and what users said, as they are at this moment. */
export interface Standing {
  readonly policyOf: (appId: Uuid) => AppPolicy;
  readonly userOf: (appId: Uuid, userId: string | null) => UserStanding;
}

/** What there is to read of it. */
export interface StandingRow {
  readonly policies: readonly (AppPolicy & { readonly appId: Uuid })[];
  readonly users: readonly (UserStanding & AppUser)[];
}

/** Reads all of it with one statement. */
export async function readStanding(sql: Sql, apps: readonly Uuid[], users: readonly AppUser[]): Promise<Standing> {
  const { rows } = await sql.query<StandingRow>(STANDING, [
    apps,
    users.map(({ appId }) => appId),
    users.map(({ userId }) => userId),
  ]);
  return standingOf(rows[0]!);
}

export function standingOf(row: StandingRow): Standing {
  const policies = new Map(row.policies.map((each) => [each.appId, each]));
  const standings = new Map(row.users.map((each) => [keyOf(each), each]));
  return {
    policyOf: (appId) => policies.get(appId) ?? NO_POLICY,
    userOf: (appId, userId) => (userId === null ? undefined : standings.get(keyOf({ appId, userId }))) ?? UNSAID,
  };
}

/** The zones of the phones that users were seen with last, where those say one. */
export async function readZones(sql: Sql, users: readonly AppUser[]): Promise<(user: AppUser) => string | undefined> {
  if (users.length === 0) return () => undefined;
  const { rows } = await sql.query<AppUser & { timeZone: string }>(ZONES_OF_USERS, [
    users.map(({ appId }) => appId),
    users.map(({ userId }) => userId),
  ]);
  const zones = new Map(rows.map((row) => [keyOf(row), row.timeZone]));
  return (user) => zones.get(keyOf(user));
}

/** Each user once. */
export function distinctUsers(users: readonly AppUser[]): AppUser[] {
  return [...new Map(users.map((each) => [keyOf(each), each])).values()];
}

function keyOf({ appId, userId }: AppUser): string {
  return `${appId}/${userId}`;
}
