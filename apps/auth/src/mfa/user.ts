import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';

/** A user of an app, as it is known within this service. */
export interface AppUser {
  readonly appId: Uuid;
  readonly userId: Uuid;
}

/** A user who asks for a change, and the session that asks, where one does: after its end it changes nothing. */
export interface AskingUser extends AppUser {
  readonly sessionId?: Uuid | undefined;
  /** Of a sign-in that is under way: whether it still is, when the user is held. */
  readonly stillAsks?: ((tx: Sql) => Promise<boolean>) | undefined;
}
