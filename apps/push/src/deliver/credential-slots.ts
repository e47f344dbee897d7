import type { Uuid } from '@signalbox/contracts';

/** A credential that had no work for this long no longer competes. */
const COMPETES_FOR_MS = 60_000;

/**
 * `busy`: its slots come and go, none came free in time; one should be free for this work after `ms` milliseconds. `stuck`: none has
 * moved for that long.
 */
export type SlotAnswer =
  { readonly slot: 'taken' } | { readonly slot: 'busy'; readonly ms: number } | { readonly slot: 'stuck' };

/** Those who come again do so after half a second at the earliest, and soon enough to find out that it goes faster now. */
const COMES_AGAIN_MS = { soonest: 500, latest: 5_000 };
/** How much the last time counts in the mean time between two slots that come free. */
const WEIGHT = 0.2;

interface Slots {
  taken: number;
  /** When one was last taken or given back. */
  movedAt: number;
  /** When somebody last asked for one. */
  askedAt: number;
  readonly waiting: Set<(answer: SlotAnswer) => void>;
  /** How long it takes on average until the next slot comes free. Milliseconds. */
  gapMs: number;
  freedAt: number | undefined;
  /** Up to then slots that come free are for those who were told to come again. */
  promisedUntil: number;
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
    if (this.takeNow(slots, competes, now)) return { slot: 'taken' };
    if (competes && now - slots.movedAt > patience) return { slot: 'stuck' };
    if (competes && slots.taken + slots.waiting.size >= this.alone) return comeAgain(slots, now);
    return new Promise((resolve) => {
      const end = (answer: SlotAnswer): void => {
        clearTimeout(timer);
        slots.waiting.delete(end);
        resolve(answer);
      };
      const timer = setTimeout(() => end(comeAgain(slots, this.now())), patience);
      slots.waiting.add(end);
    });
  }

  giveBack(credential: Uuid): void {
    const now = this.now();
    const slots = this.of(credential, now);
    slots.taken -= 1;
    slots.movedAt = now;
    const passed = Math.min(COMES_AGAIN_MS.latest, now - (slots.freedAt ?? now));
    slots.gapMs += WEIGHT * (passed - slots.gapMs);
    slots.freedAt = now;
    const next = slots.waiting.values().next().value;
    if (next && this.takeNow(slots, this.hasCompetition(now), now)) next({ slot: 'taken' });
  }

  private takeNow(slots: Slots, competes: boolean, now: number): boolean {
    if (slots.taken >= (competes ? this.cap : this.alone)) return false;
    slots.taken += 1;
    slots.movedAt = now;
    return true;
  }

  private of(credential: Uuid, now: number): Slots {
    const known = this.byCredential.get(credential);
    const slots: Slots = known ?? {
      taken: 0,
      movedAt: now,
      askedAt: now,
      waiting: new Set(),
      gapMs: 0,
      freedAt: undefined,
      promisedUntil: now,
    };
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

/** Each is told a time of its own, when its slot should come free: else all would come, and all but one in vain. */
function comeAgain(slots: Slots, now: number): SlotAnswer {
  slots.promisedUntil = Math.max(now, slots.promisedUntil) + slots.gapMs;
  const ms = slots.promisedUntil - now;
  if (ms > COMES_AGAIN_MS.latest) slots.promisedUntil = now + COMES_AGAIN_MS.latest;
  return { slot: 'busy', ms: Math.min(COMES_AGAIN_MS.latest, Math.max(COMES_AGAIN_MS.soonest, ms)) };
}
