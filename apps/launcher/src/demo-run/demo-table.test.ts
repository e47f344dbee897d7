import { describe, expect, it } from '@jest/globals';
import { isComplete, reportOf } from './class-report.js';
import type { DemoClass } from './demo-class.js';
import { demoTable } from './demo-table.js';
import type { Story } from './story.js';

const deadPhones: DemoClass = {
  name: 'dead phones',
  phones: [{ provider: 'apns', prefix: 'deaddead' }],
  expected: { end: 'gone', phone: 'deleted' },
};
const codes: DemoClass = {
  name: 'codes',
  phones: [{ provider: 'fcm' }],
  expected: { end: 'dead', reason: 'may_have_arrived' },
};
const story = (more: Partial<Story>): Story => ({
  id: 'ntf_1',
  ends: ['gone'],
  attempts: 1,
  why: '410 Unregistered',
  reasons: ['Unregistered'],
  phones: ['deleted'],
  ...more,
});
const lost = story({ ends: ['dead'], why: 'no answer (RESET)', reasons: ['may_have_arrived: RESET'], phones: [] });

describe('the table of a demo run', () => {
  it('has a line for every class that fared as it shall', () => {
    const classes = [
      { of: deadPhones, count: 2 },
      { of: codes, count: 1 },
    ];
    const reports = reportOf(
      classes,
      new Map([
        [deadPhones, [story({}), story({ id: 'ntf_2' })]],
        [codes, [lost]],
      ]),
    );
    expect(isComplete(reports)).toBe(true);
    expect(demoTable(reports).split('\n')).toEqual([
      "   sent to      count  what became of it        why (the provider's answers)",
      '✓  dead phones      2  gone, device deleted     410 Unregistered',
      '✓  codes            1  dead (may_have_arrived)  no answer (RESET)',
    ]);
  });

  it('says what a class should have shown and did not, the commonest outcome first', () => {
    const sent = story({ ends: ['sent'], why: '429 TooManyRequests, then 200', attempts: 2, reasons: [], phones: [] });
    const reports = reportOf([{ of: deadPhones, count: 3 }], new Map([[deadPhones, [story({}), sent, sent]]]));
    expect(isComplete(reports)).toBe(false);
    expect(demoTable(reports).split('\n').slice(1)).toEqual([
      '✗  dead phones      2  sent at attempt 2     429 TooManyRequests, then 200',
      '                    1  gone, device deleted  410 Unregistered',
      '                       expected of all 3: gone, device deleted',
    ]);
  });

  it.each([
    ['that ended rightly, but left the phone registered', deadPhones, story({ phones: [] })],
    ['whose reason is another', codes, { ...lost, reasons: ['RESET'] }],
    ['that is still owed', codes, { ...lost, ends: ['retrying'] }],
    [
      'of which one phone got nothing',
      { ...deadPhones, phones: [...deadPhones.phones, ...deadPhones.phones] },
      story({}),
    ],
    ['that had to be retried and was not', { ...codes, expected: { end: 'dead', retried: true } as const }, lost],
  ])('does not let a notification pass %s', (_what, of, told) => {
    expect(isComplete(reportOf([{ of, count: 1 }], new Map([[of, [told]]])))).toBe(false);
  });

  it('does not let a class pass of which nothing was read back', () => {
    const reports = reportOf([{ of: codes, count: 1 }], new Map());
    expect(isComplete(reports)).toBe(false);
    expect(demoTable(reports)).toMatch(
      /^✗ {2}codes +0 {2}nothing was read back\n +expected of all 1: dead \(may_have_arrived\)$/m,
    );
  });
});
