import { lastingOf, thingsOf, type Fault, type TimedFault } from './fault.ts';

/** A thing that was struck gets a moment to come back before it is struck again; the provider is back at once. */
const BREATH = 3_000;

/** Faults in the order of their times, of which no two have the same thing at the same time. */
export class Timetable {
  private readonly busyUntil = new Map<string, number>();
  private readonly planned: TimedFault[] = [];

  get faults(): readonly TimedFault[] {
    return this.planned;
  }

  /** Adds the fault if what it strikes is free then and it is over by `end`. @returns whether it did. */
  add(at: number, fault: Fault, end: number): boolean {
    const over = at + lastingOf(fault);
    const things = thingsOf(fault);
    if (over > end || things.some((thing) => (this.busyUntil.get(thing) ?? 0) > at)) return false;
    this.planned.push({ at, fault });
    for (const thing of things) this.busyUntil.set(thing, thing === 'provider' ? over : over + BREATH);
    return true;
  }

  /** When nothing of what was added so far goes on any more. */
  allFreeAt(): number {
    return Math.max(0, ...this.busyUntil.values());
  }
}
