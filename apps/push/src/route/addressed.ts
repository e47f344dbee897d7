import type { Uuid } from '@signalbox/contracts';
import type { StoredNotification } from '../work/notifications-by-id.js';
import type { RouteItem } from '../work/push-work.js';

/** A phone that a notification may go to, as the registry has it at this moment. */
export interface ResolvedDevice {
  readonly id: Uuid;
  /** Whose it is now; null: nobody's. */
  readonly userId: string | null;
  /** The user or the installation that it was found by. */
  readonly of: string;
  readonly platform: string;
  readonly targetKind: string;
  readonly status: string;
  readonly locale: string | null;
  readonly timeZone: string | null;
  /** Suspect, and may be tried once more. */
  readonly due: boolean;
}

/** One notification, or a part of one, and the phones that it may go to. */
export interface Addressed {
  readonly notification: StoredNotification;
  /** What of it is routed now. */
  readonly item: RouteItem;
  /** The users or the installation that were asked for by name; empty where nobody was. */
  readonly asked: readonly string[];
  /** A user's active and suspect ones; an installation, or a phone that is named, in any status. */
  readonly devices: readonly ResolvedDevice[];
  /** Those of the session that the notification warns of. */
  readonly leftOut?: readonly ResolvedDevice[];
  /** The zones of users whose phones are all among `devices`; null: none of them tells one. */
  readonly zones?: ReadonlyMap<string, string | null>;
}
