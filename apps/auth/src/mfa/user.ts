import type { Uuid } from '@signalbox/contracts';

/** A user of an app, as it is known within this service. */
export interface AppUser {
  readonly appId: Uuid;
  readonly userId: Uuid;
}
