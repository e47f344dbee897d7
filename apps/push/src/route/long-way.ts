import type { StoredNotification } from '../work/notifications-by-id.js';

/** Milliseconds. A policy that no longer counts anything is noticed after so long. */
const REMEMBERED_MS = 60_000;
/** From so many kinds on, those that are remembered no longer are looked for. */
const MANY = 1_000;

/**
 * Kinds of notifications, by app and category, for which caps counted lately: the next of a kind is routed in a transaction from the
 * beginning, and not planned twice.
 */
export class LongWay {
  private readonly until = new Map<string, number>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** How many kinds are kept. */
  get size(): number {
    return this.until.size;
  }

  isThatOf(notification: Pick<StoredNotification, 'appId' | 'payload'>): boolean {
    const kind = kindOf(notification);
    const until = this.until.get(kind);
    if (until === undefined) return false;
    if (until > this.now()) return true;
    this.until.delete(kind);
    return false;
  }

  remember(notification: Pick<StoredNotification, 'appId' | 'payload'>): void {
    const now = this.now();
    if (this.until.size >= MANY) for (const [kind, until] of this.until) if (until <= now) this.until.delete(kind);
    this.until.set(kindOf(notification), now + REMEMBERED_MS);
  }
}

function kindOf({ appId, payload }: Pick<StoredNotification, 'appId' | 'payload'>): string {
  return `${appId}/${payload.silent === true ? 'silent' : ''}/${payload.category ?? ''}`;
}
