import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lastingOf, thingsOf, type Backend, type TimedFault } from './fault.ts';
import { quickFaults } from './deck.ts';
import { mixedPlan } from './mixed.ts';
import { randomFrom } from './random.ts';
import { SCENARIOS, scenarioPlan } from './scenarios.ts';

const mix = fc.record({
  backend: fc.constantFrom<Backend>('redis', 'postgres'),
  seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  minutes: fc.double({ min: 0.2, max: 15, noNaN: true }),
  accept: fc.constant(1_000),
});

const kindsOf = (faults: readonly TimedFault[]): Set<string> => new Set(faults.map(({ fault }) => fault.kind));

const afterTheEnd = (faults: readonly TimedFault[], end: number): readonly TimedFault[] =>
  faults.filter(({ at, fault }) => at + lastingOf(fault) > end);

describe('the schedule of the mix', () => {
  it('is a function of seed, length and backend: the same again is the same schedule', () => {
    fc.assert(fc.property(mix, (wanted) => expect(mixedPlan(wanted)).toEqual(mixedPlan(wanted))));
  });

  it('never has two faults on one thing at a time, and all are over by the end', () => {
    fc.assert(
      fc.property(mix, (wanted) => {
        const { faults, lasting } = mixedPlan(wanted);
        const clashes = faults.filter(({ at, fault }, index) => {
          const [end, things] = [at + lastingOf(fault), thingsOf(fault)];
          const meanwhile = faults.slice(index + 1).filter((other) => other.at < end);
          return meanwhile.some((other) => thingsOf(other.fault).some((thing) => things.includes(thing)));
        });
        expect(clashes).toEqual([]);
        expect(afterTheEnd(faults, lasting)).toEqual([]);
      }),
    );
  });

  it('ends with faults that a system gets over at once, and kills no worker in the last seconds', () => {
    fc.assert(
      fc.property(mix, (wanted) => {
        const { faults, lasting } = mixedPlan(wanted);
        const quick = kindsOf(quickFaults(wanted.backend).map((draw) => ({ at: 0, fault: draw(randomFrom(1)) })));
        const last = faults.filter(({ at }) => at > lasting - 8_000);
        expect([...kindsOf(last)].filter((kind) => !quick.has(kind))).toEqual([]);
        expect(last.filter(({ fault }) => fault.kind === 'kill' && fault.service.startsWith('worker'))).toEqual([]);
      }),
    );
  });

  it('has every kind of fault in five minutes and more, and none of a minute in a short run', () => {
    const all = ['kill', 'kill-at-work', 'pause', 'crash-postgres', 'cut-after-commit', 'network', 'provider', 'clock'];
    const everywhere = [...all, 'no-partition', 'disk-full'];
    const onRedis = [...everywhere, 'flush-redis', 'kill-redis', 'pause-redis', 'replace-redis'];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (seed) => {
        const of = (backend: Backend, minutes: number) => mixedPlan({ backend, seed, minutes, accept: 1 }).faults;
        expect([...kindsOf(of('redis', 10))].sort()).toEqual(onRedis.sort());
        expect([...kindsOf(of('postgres', 10))].sort()).toEqual(everywhere.sort());
        expect(of('redis', 0.3).every(({ fault }) => lastingOf(fault) < 10_000)).toBe(true);
      }),
    );
  });
});

describe('the named scenarios', () => {
  it.each(SCENARIOS)('$id is the same for the same seed, and its faults are over by its end', (scenario) => {
    fc.assert(
      fc.property(mix, (wanted) => {
        const plan = scenarioPlan(scenario, { ...wanted, minutes: Math.min(wanted.minutes, 5) });
        expect(plan).toEqual(scenarioPlan(scenario, { ...wanted, minutes: Math.min(wanted.minutes, 5) }));
        expect(plan === undefined).toBe(!scenario.on.includes(wanted.backend));
        expect(afterTheEnd(plan?.faults ?? [], plan?.lasting ?? 0)).toEqual([]);
      }),
    );
  });
});
