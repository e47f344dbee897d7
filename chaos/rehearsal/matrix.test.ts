import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readRules } from '../../monitoring/rules.ts';
import { SCENARIOS } from './scenarios/all.ts';

const alerts = readRules().alerts.map(({ alert }) => alert);
const list = readFileSync(join(import.meta.dirname, '../../docs/runbooks/README.md'), 'utf8');

describe('the matrix of alerts and scenarios', () => {
  const cells = new Map(
    [...list.matchAll(/^\| `(\w+)` .* \| ([^|]+?) +\|$/gm)].map(([, alert, cell]) => [alert!, cell!]),
  );

  it.each(alerts)('says which scenarios fire %s, or why none does', (alert) => {
    const scenarios = SCENARIOS.filter(({ must }) => must.includes(alert)).map(({ name }) => `\`${name}\``);
    const cell = cells.get(alert);
    if (scenarios.length > 0) expect(cell).toBe(scenarios.join(', '));
    else expect(cell).toMatch(/^— \(.{20,}\)$/);
  });

  it('names no alert that there is not, and each scenario once', () => {
    const named = SCENARIOS.flatMap(({ must, may }) => [...must, ...may]);
    expect(named.filter((name) => !alerts.includes(name))).toEqual([]);
    expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
  });
});
