import type { SignOutReason, Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import type { SessionView } from './session-view.js';
import type { Sessions } from './sessions.js';

/** Sessions as routes see them: each within the app, or the user, that asks. */
export class SessionDesk {
  constructor(
    private readonly database: Database,
    private readonly sessions: Sessions,
  ) {}

  list(appId: Uuid, userId: Uuid): Promise<SessionView[]> {
    return this.sessions.list(appId, userId);
  }

  /**
   * Ends a session; one that has ended stays so.
   *
   * @param who whose it must be, where a user asks.
   * @returns whether there is such a session.
   */
  async endOne(
    appId: Uuid,
    sessionId: Uuid,
    { userId, reason }: { readonly userId?: Uuid; readonly reason: SignOutReason },
  ): Promise<boolean> {
    const owner = await this.sessions.ownerOf(sessionId);
    if (owner?.appId !== appId || (userId !== undefined && owner.userId !== userId)) return false;
    await this.database.transaction((tx) => this.sessions.revoke(tx, { sessionIds: [sessionId], reason }));
    return true;
  }

  /** @returns how many ended. */
  endAll(
    appId: Uuid,
    userId: Uuid,
    { except, reason }: { readonly except?: Uuid | undefined; readonly reason: SignOutReason },
  ): Promise<number> {
    return this.database.transaction((tx) => this.sessions.revokeAll(tx, { appId, userId, except, reason }));
  }
}
