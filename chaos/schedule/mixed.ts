import { longFaults, quickFaults, slowFaults } from './deck.ts';
import type { Backend, Fault, TimedFault } from './fault.ts';
import type { Plan } from './plan.ts';
import { randomFrom, type Random } from './random.ts';
import { Timetable } from './timetable.ts';

const QUIET_START = 1_500;
/** At the end only quick faults strike, so that "drained after the last fault" measures the system and not a lease. */
const TAIL = { share: 0.3, least: 8_000, most: 45_000 };
/** After a worker is killed at work nothing else happens for so long, so that the restart is measured alone. */
const UNDISTURBED = 24_000;
const ALONE_EVERY = 120_000;
/** From this length on, faults of a minute have their place. */
const LONG_RUN = 150_000;
/** Faults of a minute come so often: what they dam up has to flow off in between. */
const LONG_EVERY = 240_000;

export interface Mix {
  readonly backend: Backend;
  readonly seed: number;
  readonly minutes: number;
  readonly accept: number;
}

/**
 * A mix of everything, as a pure function of seed, length and backend: faults of one thing never overlap, and all are over
 * by the end.
 */
export function mixedPlan({ backend, seed, minutes, accept }: Mix): Plan {
  const lasting = Math.round(minutes * 60_000);
  const faults = mix(backend, lasting, randomFrom(seed));
  return { name: 'mixed', backend, seed, lasting, faults, accept, drainWithin: 10_000 };
}

function mix(backend: Backend, lasting: number, random: Random): readonly TimedFault[] {
  const isLong = lasting >= LONG_RUN;
  const gap = (): number => (isLong ? random.between(2_000, 5_000) : random.between(700, 1_500));
  const quick = (): Fault => random.pick(quickFaults(backend))(random);
  const tail = Math.round(lasting - Math.min(TAIL.most, Math.max(TAIL.least, lasting * TAIL.share)));
  const table = new Timetable();

  let hand: Fault[] = [];
  let nextAlone = 0;
  let nextLong = 0;
  let at = QUIET_START;
  while (at < tail) {
    if (at >= nextAlone && (nextAlone === 0 || at + UNDISTURBED < tail)) {
      at = Math.max(at, table.allFreeAt());
      table.add(at, { kind: 'kill-at-work', service: random.pick(['worker-1', 'worker-2']), ms: 600 }, tail);
      // A short run has no time to wait: what it measures there is disturbed by what follows.
      at += isLong ? UNDISTURBED : 1_200;
      nextAlone = at + ALONE_EVERY;
      continue;
    }
    if (hand.length === 0) {
      const withLong = isLong && at >= nextLong;
      hand = deal(backend, withLong, random);
      if (withLong) nextLong = at + LONG_EVERY;
    }
    const place = hand.findIndex((fault) => table.add(at, fault, tail));
    if (place >= 0) hand.splice(place, 1);
    else table.add(at, quick(), tail);
    at += gap();
  }
  for (at = Math.max(at, tail); at < lasting; at += gap()) table.add(at, quick(), lasting);
  return table.faults;
}

/** One of each kind, in an order of its own; with the long ones, these first, while there is time. */
function deal(backend: Backend, withLong: boolean, random: Random): Fault[] {
  const rest = random.shuffled([...slowFaults(backend), ...quickFaults(backend)]);
  const drawn = withLong ? [...random.shuffled(longFaults(backend)), ...rest] : rest;
  return drawn.map((draw) => draw(random));
}
