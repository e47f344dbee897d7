import { describe, expect, it } from '@jest/globals';
import { metricNames } from './metric-names.ts';

describe('the metrics of an expression', () => {
  it.each([
    ['up{job=~"signalbox.*"} == 0', ['up']],
    [
      'sum by (le, route) (rate(a_seconds_bucket{route=~"/x{1,2}"}[5m])) / on(slo) slo:budget:ratio',
      ['a_seconds_bucket', 'slo:budget:ratio'],
    ],
    ['a_total unless a_total offset 15m > 1e-9 or vector(0)', ['a_total']],
    ['clamp_min(sum(a) - sum(b), 0) and on (x) max_over_time(c[1h]) > 0', ['a', 'b', 'c']],
  ])('%s', (expr, names) => {
    expect(metricNames(expr)).toEqual(names);
  });
});
