import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { castOf } from './cast.js';
import { planClasses } from './class-plan.js';
import { ORDINARY, SPECIAL } from './demo-classes.js';

const ALL = [...ORDINARY, ...SPECIAL];
const countOf = (count: number, name: string): number | undefined =>
  planClasses(count).classes.find(({ of }) => of.name === name)?.count;

describe('the plan of a demo run', () => {
  it('adds up to the number that was asked for, whatever it is, and forgets no class', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 10_000 }), (count) => {
        const { classes, leftOut } = planClasses(count);
        expect(classes.reduce((sum, each) => sum + each.count, 0)).toBe(count);
        expect(classes.every((each) => each.count >= 1)).toBe(true);
        expect(new Set([...classes.map(({ of }) => of), ...leftOut])).toEqual(new Set(ALL));
      }),
    );
  });

  it('shows every class as soon as there is room for one of each', () => {
    expect(planClasses(ALL.length).leftOut).toEqual([]);
    expect(planClasses(ALL.length - 1).leftOut).toEqual([SPECIAL.at(-1)]);
  });

  it('is mostly ordinary phones', () => {
    for (const count of [100, 1_000, 10_000]) {
      const ordinary = ORDINARY.map(({ name }) => countOf(count, name)!);
      expect(Math.min(...ordinary)).toBeGreaterThan(count / 5);
      expect(ordinary[0]! + ordinary[1]!).toBeGreaterThan(count / 2);
    }
  });

  it('keeps below the retry budget and the deletion guard, however large the run', () => {
    const total = (count: number, end: (of: (typeof ALL)[number]) => boolean): number =>
      planClasses(count).classes.reduce((sum, each) => sum + (end(each.of) ? each.count : 0), 0);
    for (const count of [1_000, 10_000]) {
      expect(total(count, ({ expected }) => expected.retried === true)).toBe(40);
      expect(total(count, ({ expected }) => expected.end === 'gone')).toBe(20);
    }
  });
});

describe('the cast of a demo run', () => {
  it('gives every notification a user, and every phone an installation, that nobody else has', () => {
    const plan = planClasses(300);
    const cast = [...castOf(plan, 'run1'), ...castOf(plan, 'run2')];
    const installations = cast.flatMap(({ phones }) => phones.map(({ installationId }) => installationId));
    expect(new Set(cast.map(({ userId }) => userId)).size).toBe(600);
    expect(new Set(installations).size).toBe(installations.length);
  });

  it('mixes the kinds of phones', () => {
    const firstTenth = castOf(planClasses(1_000), 'run').slice(0, 100);
    expect(new Set(firstTenth.map(({ of }) => of)).size).toBe(ALL.length);
  });
});
