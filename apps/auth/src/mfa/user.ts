import type { Uuid } from '@signalbox/contracts';

/** A user of an app, as it is known within this service. */
export interface AppUser {
  readonly appId: Uuid;
  readonly userId: Uuid;
}

/** A user who asks for a change, and the session that asks, where one does: after its end it changes nothing. */
export interface AskingUser extends AppUser {
  readonly sessionId?: Uuid | undefined;
}
