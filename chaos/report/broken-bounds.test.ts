import { describe, expect, it } from '@jest/globals';
import type { Plan } from '../schedule/plan.ts';
import { brokenBounds } from './broken-bounds.ts';
import type { Result } from './result.ts';
import { table } from './table.ts';

const plan: Plan = {
  name: 'mixed',
  backend: 'redis',
  seed: 1,
  lasting: 1,
  faults: [],
  accept: 10,
  drainWithin: 10_000,
};
const good: Result = {
  product: 'signalbox',
  plan,
  account: {
    asked: 10,
    accepted: 10,
    lost: [],
    phantom: [],
    endedOtherwise: {},
    sentAgain: 1,
    sentAgainAfterSilence: 0,
    otherId: [],
    unknown: { one: 2, none: 0 },
    neverAnswered: 0,
    refused: [],
  },
  invariant: [],
  findings: [],
  neighbours: undefined,
  restarts: [{ rows: 3, slowestMs: 16_000, undisturbed: true }],
  drainedMs: 4_000,
  tookMs: 1,
  memory: [],
  deaths: [],
  cutsAfterCommit: 0,
  notPlayed: [],
  journal: [],
};
const account = (change: Partial<Result['account']>): Partial<Result> => ({ account: { ...good.account, ...change } });

describe('the bounds of a run', () => {
  it('hold when everything arrived, repeats included', () => {
    expect(brokenBounds(good)).toEqual([]);
  });

  it.each<[Partial<Result>, RegExp]>([
    [account({ lost: ['a: n1 (no record)'] }), /^lost: 1 \(a: n1/],
    [account({ phantom: ['b'] }), /^phantom/],
    [account({ otherId: ['c: x, y'] }), /another id/],
    [account({ accepted: 9, neverAnswered: 1 }), /never answered/],
    [{ invariant: [{ problem: 'nowhere' }] }, /^invariant/],
    [{ restarts: [{ rows: 1, slowestMs: 20_001, undisturbed: true }] }, /lay 20001 ms/],
    [{ drainedMs: 10_001 }, /^drained after 10001/],
    [{ drainedMs: undefined }, /still owed/],
    [{ deaths: ['worker-1'] }, /ended by themselves: worker-1/],
    [{ plan: { ...plan, alwaysAccepts: true } }, /not every call was answered 202/],
    [{ notPlayed: ['disk-full'] }, /not played/],
    [{ findings: ['the poison item was never given up'] }, /poison/],
  ])('are named when broken: %j', (change, words) => {
    expect(brokenBounds({ ...good, ...change })[0]).toMatch(words);
  });

  it('do not judge a restart that other faults disturbed: it is only shown', () => {
    const disturbed = { ...good, restarts: [{ rows: 1, slowestMs: 30_000, undisturbed: false }] };
    expect(brokenBounds(disturbed)).toEqual([]);
    expect(table([disturbed])).toMatch(/while other faults struck +30\.0 s \(1 deaths\)/);
  });
});
