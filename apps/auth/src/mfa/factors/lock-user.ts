import type { Sql } from '@signalbox/database';
import type { AppUser } from '../user.js';
import { LOCK_USER } from './factors.queries.js';

/** Whoever changes the factors of a user does so alone. @returns whether there is such a user, active. */
export async function lockUser(tx: Sql, user: AppUser): Promise<boolean> {
  return (await tx.query(LOCK_USER, [user.appId, user.userId])).rowCount === 1;
}
