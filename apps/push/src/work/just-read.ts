import type { Uuid } from '@signalbox/contracts';
import type { StoredNotification } from './notifications-by-id.js';

/** A phone as sending needs it. */
export interface SendableDevice {
  readonly id: Uuid;
  readonly target: string;
  readonly targetKind: string;
  readonly targetKeys: { readonly p256dh: string; readonly auth: string } | null;
  readonly environment: 'sandbox' | 'production';
  readonly bundleId: string | null;
  readonly registeredAt: Date;
  readonly status: string;
  readonly userId: string | null;
  readonly sessionId: string | null;
  readonly signedOutUserId: string | null;
}

/**
 * What routing has read of a work row that it makes and hands on in this process: all that the send would read again. There is none
 * where the credential is held, or where something of the row may have been sent before.
 */
export interface ReadForSending {
  readonly notifications: ReadonlyMap<Uuid, StoredNotification>;
  readonly devices: ReadonlyMap<Uuid, SendableDevice>;
  readonly credential: { readonly id: Uuid; readonly version: number };
  /** Categories that prefer a message that is lost to one that comes twice. */
  readonly atMostOnce: ReadonlySet<string | undefined>;
  /** Before it was read, on the monotonic clock. */
  readonly at: number;
}

/** Milliseconds. What is older is read again: a phone may have changed hands, a credential may have been put on hold. */
const HOLDS_FOR_MS = 250;

/** From the routing of a work row to its sending, for those that happen in one process at once. */
export class JustRead {
  private readonly byLease = new Map<Uuid, ReadForSending>();

  /** To be called when the row is begun at once: whoever begins takes it. */
  keep(lease: Uuid, read: ReadForSending): void {
    this.byLease.set(lease, read);
  }

  take(lease: Uuid): ReadForSending | undefined {
    const read = this.byLease.get(lease);
    this.byLease.delete(lease);
    return read;
  }
}

/** What was read, unless that was too long ago. */
export function stillTrue(read: ReadForSending | undefined): ReadForSending | undefined {
  return read !== undefined && performance.now() - read.at < HOLDS_FOR_MS ? read : undefined;
}
