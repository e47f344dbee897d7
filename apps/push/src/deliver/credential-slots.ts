import type { Uuid } from '@signalbox/contracts';

/** A credential that had no work for this long no longer competes. */
const COMPETES_FOR_MS = 60_000;

/** `busy`: its slots come and go, none came free in time. `stuck`: none has moved for that long. */
export type SlotAnswer = 'taken' | 'busy' | 'stuck';

interface Slots {
  taken: number;
  /** When one was last taken or given back. */
  movedAt: number;
  /** When somebody last asked for one. */
  askedAt: number;
  readonly waiting: Set<(answer: SlotAnswer) => void>;
}

/**
 * The bulkhead inside a lane: while several credentials have work, none of them may hold more than `cap` of the worker's
 * slots, so that one that hangs cannot starve the others. A credential alone may hold `alone`, which leaves slots for the
 * first work of another one: it must not have to wait until the first one's deadlines have passed.
 */
export class CredentialSlots {
  private readonly byCredential = new Map<Uuid, Slots>();

  constructor(
    private readonly cap: number,
    private readonly alone: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * Takes a slot, waiting up to `patience` milliseconds for one of the credential's own to come free. Not taken: hand
   * the work back, it burns nothing. Without patience a worker would claim and hand back a whole backlog, row by row. But who waits
   * keeps the worker from the others' work: nobody waits where nothing has moved for so long, and with competition those
   * who wait for one credential, together with those who run, are never more than `alone`.
   */
  async take(credential: Uuid, patience: number): Promise<SlotAnswer> {
    const now = this.now();
    const slots = this.of(credential, now);
    const competes = this.hasCompetition(now);
    if (this.takeNow(slots, competes, now)) return 'taken';
    if (competes && now - slots.movedAt > patience) return 'stuck';
    if (competes && slots.taken + slots.waiting.size >= this.alone) return 'busy';
    return new Promise((resolve) => {
      const end = (answer: SlotAnswer): void => {
        clearTimeout(timer);
        slots.waiting.delete(end);
        resolve(answer);
      };
      const timer = setTimeout(() => end('busy'), patience);
      slots.waiting.add(end);
    });
  }

  giveBack(credential: Uuid): void {
    const now = this.now();
    const slots = this.of(credential, now);
    slots.taken -= 1;
    slots.movedAt = now;
    const next = slots.waiting.values().next().value;
    if (next && this.takeNow(slots, this.hasCompetition(now), now)) next('taken');
  }

  private takeNow(slots: Slots, competes: boolean, now: number): boolean {
    if (slots.taken >= (competes ? this.cap : this.alone)) return false;
    slots.taken += 1;
    slots.movedAt = now;
    return true;
  }

  private of(credential: Uuid, now: number): Slots {
    const known = this.byCredential.get(credential);
    const slots = known ?? { taken: 0, movedAt: now, askedAt: now, waiting: new Set() };
    if (known === undefined) this.byCredential.set(credential, slots);
    slots.askedAt = now;
    return slots;
  }

  private hasCompetition(now: number): boolean {
    let competing = 0;
    for (const [credential, { taken, askedAt }] of this.byCredential) {
      if (now - askedAt <= COMPETES_FOR_MS) competing += 1;
      else if (taken === 0) this.byCredential.delete(credential);
    }
    return competing > 1;
  }
}
