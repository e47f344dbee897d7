import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CROSSING_MS, type Sighting, TRAIL_MS, twoNetworks } from './two-networks.js';
import { HONEST_PHONES, randomFrom, thief, walk } from './walks.harness.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const HOME = '203.0.113.0/24';
const CARRIER = '198.51.100.0/24';
const at = (seconds: number, p: string, c?: string): Sighting => ({
  p,
  ...(c !== undefined && { c }),
  t: seconds * 1_000,
});

/** How often the rule fires when each refresh is looked at as it comes, and told at most once a day. One from where the last was adds nothing. */
function alarms(sightings: readonly Sighting[]): number[] {
  const told: number[] = [];
  for (const [index, { t }] of sightings.entries()) {
    const trail = sightings.slice(Math.max(0, index - 39), index + 1).filter((each) => each.t > t - TRAIL_MS);
    const isQuiet = told.length > 0 && told.at(-1)! > t - DAY;
    if (!isQuiet && trail.at(-2)?.p !== trail.at(-1)?.p && twoNetworks(trail) !== undefined) told.push(t);
  }
  return told;
}

const sighting = fc.record({
  p: fc.constantFrom(HOME, CARRIER, '192.0.2.0/24', '2001:db8:1::/48', '2001:db8:2::/48'),
  c: fc.constantFrom('DE', 'FR'),
  t: fc.integer({ min: 1_700_000_000_000, max: 1_700_000_000_000 + 2 * HOUR }),
});
const trail = fc.array(sighting, { maxLength: 40 });

describe('a session that is used from two networks at once', () => {
  it('is found when two countries take turns within minutes', () => {
    const turns = [at(0, HOME, 'DE'), at(60, CARRIER, 'FR'), at(120, HOME, 'DE')];
    expect(twoNetworks(turns)).toBeUndefined();
    expect(twoNetworks([...turns, at(180, CARRIER, 'FR')])).toEqual({
      code: 'two_networks',
      facts: { crossings: 3, withinMinutes: 60, twoCountries: true },
    });
  });

  it('is found in one country only after more turns', () => {
    const turns = Array.from({ length: 7 }, (_, index) => at(index * 60, index % 2 === 0 ? HOME : CARRIER, 'DE'));
    expect(twoNetworks(turns.slice(0, 6))).toBeUndefined();
    expect(twoNetworks(turns)).toEqual({
      code: 'two_networks',
      facts: { crossings: 6, withinMinutes: 60, twoCountries: false },
    });
  });

  it('is not what moves from one network to the other, or takes turns slowly', () => {
    const moves = [
      at(0, HOME, 'DE'),
      at(30, CARRIER, 'FR'),
      at(60, '192.0.2.0/24', 'ES'),
      at(90, '192.0.9.0/24', 'IT'),
    ];
    expect(twoNetworks(moves)).toBeUndefined();
    const slow = Array.from({ length: 12 }, (_, index) =>
      at((index * CROSSING_MS) / 1_000, index % 2 === 0 ? HOME : CARRIER, index % 2 === 0 ? 'DE' : 'FR'),
    );
    expect(twoNetworks(slow)).toBeUndefined();
  });

  it('is not a phone that takes IPv4 one time and IPv6 the other', () => {
    const turns = Array.from({ length: 30 }, (_, index) =>
      at(index * 20, index % 2 === 0 ? HOME : '2001:db8:1::/48', 'DE'),
    );
    expect(twoNetworks(turns)).toBeUndefined();
  });

  it('is not found by what happened more than an hour ago', () => {
    const turns = [at(0, HOME, 'DE'), at(60, CARRIER, 'FR'), at(120, HOME, 'DE'), at(180, CARRIER, 'FR')];
    expect(twoNetworks([...turns, at(TRAIL_MS / 1_000 + 90, HOME, 'DE')])).toBeUndefined();
  });
});

describe('the rule of two networks', () => {
  it('does not depend on the order in which refreshes are heard of', () => {
    fc.assert(
      fc.property(
        trail.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([one, other]) => {
          expect(twoNetworks(other)).toEqual(twoNetworks(one));
        },
      ),
    );
  });

  it('does not depend on the time of day, or on a clock that is wrong', () => {
    fc.assert(
      fc.property(trail, fc.integer({ min: -DAY, max: 400 * DAY }), (all, shift) => {
        expect(twoNetworks(all.map((each) => ({ ...each, t: each.t + shift })))).toEqual(twoNetworks(all));
      }),
    );
  });

  it('never fires for one network, whatever the rhythm', () => {
    fc.assert(
      fc.property(fc.array(sighting, { maxLength: 200 }), (all) => {
        expect(twoNetworks(all.map((each) => ({ ...each, p: HOME, c: 'DE' })))).toBeUndefined();
      }),
    );
  });

  it('never fires for a phone that refreshes when its token ends, wherever it goes', () => {
    const gaps = fc.array(fc.tuple(fc.integer({ min: CROSSING_MS, max: HOUR }), sighting), { maxLength: 60 });
    fc.assert(
      fc.property(gaps, (steps) => {
        let time = 0;
        const all = steps.map(([gap, each]) => ({ ...each, t: (time += gap) }));
        expect(alarms(all)).toEqual([]);
      }),
    );
  });

  it('never fires for the answers that are lost at one change between two countries', () => {
    const retries = fc.array(fc.integer({ min: 500, max: 30_000 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(retries, fc.nat(7), (gaps, change) => {
        let time = 0;
        const all = gaps.map((gap, index) => {
          time += gap;
          return index < change ? at(time / 1_000, HOME, 'DE') : at(time / 1_000, CARRIER, 'FR');
        });
        expect(twoNetworks(all)).toBeUndefined();
      }),
    );
  });
});

/** Days of one phone of each kind, and how often the most restless may be asked for nothing. */
const DAYS = 200;
const MOST_ALARMS = 1;

describe('honest phones', () => {
  it.each(Object.entries(HONEST_PHONES))(`are let alone: %s, ${DAYS} days`, (_kind, phone) => {
    const told = Array.from({ length: DAYS }, (_, day) => alarms(walk(phone, randomFrom(day + 1), DAY)).length);
    expect(told.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(MOST_ALARMS);
  });
});

describe('a thief beside a phone that is in use', () => {
  const owner = HONEST_PHONES['all day in use']!;

  it.each([
    ['abroad', 'FR', 30],
    ['in the same country', 'DE', 240],
  ] as const)('%s, is found', (_where, country, minutes) => {
    const place = { prefixes: ['192.0.77.0/24'], country, stay: DAY };
    const seeds = Array.from({ length: 200 }, (_, index) => index + 1);
    const found = seeds.filter((seed) => {
      const random = randomFrom(seed);
      const both = [...walk(owner, random, 6 * HOUR), ...thief(random, 6 * HOUR, place, HOUR)];
      const [first] = alarms(both.sort((one, other) => one.t - other.t));
      return first !== undefined && first > HOUR && first < HOUR + minutes * MINUTE;
    });
    expect(found.length / seeds.length).toBeGreaterThanOrEqual(0.95);
  });
});
