import { formatId, parseId, type Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import type { Sessions } from '../sessions/sessions.js';
import type { UserRow } from './user-row.js';
import { type UserView, viewOfUser } from './user-view.js';
import { FIND_USER, LIST_USERS, SET_USER_STATUS } from './users.queries.js';

/** The users of all apps, as backends and operators look after them. */
export class UserDesk {
  constructor(
    private readonly database: Database,
    private readonly sessions: Sessions,
  ) {}

  /** A user of this app, by its public id. */
  async find(appId: Uuid, publicId: string): Promise<UserRow | undefined> {
    const id = parseId('user', publicId);
    if (id === undefined) return undefined;
    const user = (await this.database.query<UserRow>(FIND_USER, [id])).rows[0];
    return user?.app_id === appId ? user : undefined;
  }

  /** Users in the order they came, behind the user `after`; up to `limit` + 1. */
  async list(appId: Uuid, { after, emailKey, limit }: UserQuery): Promise<UserView[]> {
    const from = after === undefined ? null : parseId('user', after);
    if (from === undefined) return [];
    const { rows } = await this.database.query<UserRow>(LIST_USERS, [appId, from, emailKey ?? null, limit + 1]);
    return rows.map(viewOfUser);
  }

  /** Lets a user in again, or out everywhere. @returns whether anything is to be done with this user: nothing is with one who is being erased. */
  async setStatus(user: UserRow, status: 'active' | 'disabled'): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const { rowCount } = await tx.query(SET_USER_STATUS, [user.app_id, user.id, status]);
      if (rowCount === 0) return false;
      if (status === 'disabled') {
        await this.sessions.revokeAll(tx, { appId: user.app_id, userId: user.id, reason: 'user_disabled' });
      }
      const userId = formatId('user', user.id);
      const type = 'auth.user_status_changed';
      await append(tx, [{ appId: user.app_id, type, subject: userId, data: { userId, status } }]);
      return true;
    });
  }
}

export interface UserQuery {
  readonly after: string | undefined;
  /** The address as it is compared. */
  readonly emailKey: string | undefined;
  readonly limit: number;
}
