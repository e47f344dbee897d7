import type { StoredNotification } from '../work/notifications-by-id.js';

/** Milliseconds. A policy that no longer counts anything is noticed after so long. */
const REMEMBERED_MS = 60_000;

/**
 * Kinds of notifications, by app and category, that could not be routed lately without a transaction, most of them because caps count:
 * the next of a kind is routed in one from the beginning, and not planned twice.
 */
export class LongWay {
  private readonly until = new Map<string, number>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  isThatOf(notification: Pick<StoredNotification, 'appId' | 'payload'>): boolean {
    const kind = kindOf(notification);
    const until = this.until.get(kind);
    if (until === undefined) return false;
    if (until > this.now()) return true;
    this.until.delete(kind);
    return false;
  }

  remember(notification: Pick<StoredNotification, 'appId' | 'payload'>): void {
    this.until.set(kindOf(notification), this.now() + REMEMBERED_MS);
  }
}

function kindOf({ appId, payload }: Pick<StoredNotification, 'appId' | 'payload'>): string {
  return `${appId}/${payload.silent === true ? 'silent' : ''}/${payload.category ?? ''}`;
}
