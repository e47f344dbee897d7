import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ALERTS_FOLDER, ruleFiles } from '../../monitoring/rules.ts';
import { scaleRules } from './scale-rules.ts';

describe('rules whose time runs faster', () => {
  it('wait, look and look back less long, and compare with what they did', () => {
    const rules = [
      '    interval: 30s',
      '      - alert: A',
      '        expr: sum(increase(x[15m])) - max(y offset 30m) > 60 and avg_over_time(z[1h]) * 3600 >= 5',
      '        for: 2m',
    ].join('\n');
    expect(scaleRules(rules, 30)).toBe(
      [
        '    interval: 1000ms',
        '      - alert: A',
        '        expr: sum(increase(x[30000ms])) - max(y offset 60000ms) > 60 and avg_over_time(z[120000ms]) * 120 >= 5',
        '        for: 4000ms',
      ].join('\n'),
    );
  });

  it('are the repository’s own, to the letter, where time is left alone', () => {
    for (const file of ruleFiles('rules')) {
      const rules = readFileSync(join(ALERTS_FOLDER, file), 'utf8');
      expect(scaleRules(rules, 1)).toBe(rules);
      expect(scaleRules(rules, 10).match(/[^\w]\d+[smhd]\b(?!:)/g) ?? []).toEqual([]);
    }
  });
});
