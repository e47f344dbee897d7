import type { Uuid } from '@signalbox/contracts';

/** A credential that had no work for this long no longer competes. */
const COMPETES_FOR_MS = 60_000;

/**
 * The bulkhead inside a lane: while several credentials have work, none of them may hold more than `cap` of the worker's
 * slots, so that one that hangs cannot starve the others. A credential alone may use them all.
 */
export class CredentialSlots {
  private readonly taken = new Map<Uuid, number>();
  private readonly seenAt = new Map<Uuid, number>();

  constructor(private readonly cap: number) {}

  /** Takes a slot, or answers false: hand the work back, it burns nothing. */
  take(credential: Uuid): boolean {
    const now = performance.now();
    this.seenAt.set(credential, now);
    const count = this.taken.get(credential) ?? 0;
    if (count >= this.cap && this.hasCompetition(now)) return false;
    this.taken.set(credential, count + 1);
    return true;
  }

  giveBack(credential: Uuid): void {
    this.taken.set(credential, (this.taken.get(credential) ?? 1) - 1);
  }

  private hasCompetition(now: number): boolean {
    for (const [credential, seen] of this.seenAt) {
      if (now - seen > COMPETES_FOR_MS) {
        this.seenAt.delete(credential);
        if (this.taken.get(credential) === 0) this.taken.delete(credential);
      }
    }
    return this.seenAt.size > 1;
  }
}
