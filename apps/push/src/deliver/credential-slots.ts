import type { Uuid } from '@signalbox/contracts';

/** A credential that had no work for this long no longer competes. */
const COMPETES_FOR_MS = 60_000;

/**
 * The bulkhead inside a lane: while several credentials have work, none of them may hold more than `cap` of the worker's
 * slots, so that one that hangs cannot starve the others. A credential alone may hold `alone`, which leaves slots for the
 * first work of another one: it must not have to wait until the first one's deadlines have passed.
 */
export class CredentialSlots {
  private readonly taken = new Map<Uuid, number>();
  private readonly seenAt = new Map<Uuid, number>();
  private readonly waiting = new Map<Uuid, Set<(taken: boolean) => void>>();

  constructor(
    private readonly cap: number,
    private readonly alone: number,
  ) {}

  /**
   * Takes a slot, waiting up to `patience` milliseconds for one of the credential's own to come free. False: hand the
   * work back, it burns nothing. Without patience a worker would claim and hand back a whole backlog, row by row.
   */
  async take(credential: Uuid, patience: number): Promise<boolean> {
    if (this.takeNow(credential)) return true;
    return new Promise((resolve) => {
      const waiting = this.waiting.get(credential) ?? new Set();
      this.waiting.set(credential, waiting);
      const end = (taken: boolean): void => {
        clearTimeout(timer);
        waiting.delete(end);
        if (waiting.size === 0) this.waiting.delete(credential);
        resolve(taken);
      };
      const timer = setTimeout(() => end(false), patience);
      waiting.add(end);
    });
  }

  giveBack(credential: Uuid): void {
    this.taken.set(credential, (this.taken.get(credential) ?? 1) - 1);
    const next = this.waiting.get(credential)?.values().next().value;
    if (next && this.takeNow(credential)) next(true);
  }

  private takeNow(credential: Uuid): boolean {
    const now = performance.now();
    this.seenAt.set(credential, now);
    const count = this.taken.get(credential) ?? 0;
    if (count >= this.alone || (count >= this.cap && this.hasCompetition(now))) return false;
    this.taken.set(credential, count + 1);
    return true;
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
