import { formatId, parseId } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import type { Account, AccountClaims } from 'oidc-provider';
import type { UserRow } from '../users/user-row.js';
import { FIND_USER } from '../users/users.queries.js';
import { requestMemory } from './request-memory.js';

/** A user as the engine sees it, and the app that it belongs to. */
export interface UserAccount extends Account {
  readonly user: UserRow;
}

/** Finds users by their public id; those who may not sign in are not there. */
export function accountFinder(database: Database): (subject: string) => Promise<UserAccount | undefined> {
  return async (subject) => {
    const user = await userOf(database, subject);
    return user?.status === 'active' ? accountOf(user) : undefined;
  };
}

async function userOf(database: Database, subject: string): Promise<UserRow | undefined> {
  const id = parseId('user', subject);
  if (id === undefined) return undefined;
  const memory = requestMemory();
  if (memory.user?.id === id) return memory.user;
  const { rows } = await database.query<UserRow>(FIND_USER, [id]);
  if (rows[0] !== undefined) memory.user = rows[0];
  return rows[0];
}

function accountOf(user: UserRow): UserAccount {
  return { accountId: formatId('user', user.id), user, claims: () => claimsOf(user) };
}

/** The standard claims (OpenID Connect Core section 5.1); the engine hands out those that the scopes cover. */
export function claimsOf({ id, email, email_verified_at, name, locale }: UserRow): AccountClaims {
  return {
    sub: formatId('user', id),
    ...(email === null ? {} : { email, email_verified: email_verified_at !== null }),
    ...(name === null ? {} : { name }),
    ...(locale === null ? {} : { locale }),
  };
}
