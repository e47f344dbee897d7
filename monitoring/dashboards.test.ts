import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { DASHBOARDS } from './dashboards/source/dashboards.ts';
import { toGrafana } from './dashboards/source/to-grafana.ts';
import { metricNames } from './metric-names.ts';
import { readRules } from './rules.ts';

const FOLDER = join(import.meta.dirname, 'dashboards');

describe('dashboards', () => {
  it('are files for Grafana that say what their source says: npm run dashboards', () => {
    const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
    expect(files.sort()).toEqual(DASHBOARDS.map(({ name }) => `${name}.json`).sort());
    for (const dashboard of DASHBOARDS) {
      const written: unknown = JSON.parse(readFileSync(join(FOLDER, `${dashboard.name}.json`), 'utf8'));
      expect(written).toEqual(toGrafana(dashboard));
    }
  });

  it('ask for no record that no rule makes', () => {
    const { alerts, recordings } = readRules();
    const made = new Set(recordings.map(({ record }) => record));
    const asked = [
      ...DASHBOARDS.flatMap(({ panels }) => panels.flatMap(({ lines }) => lines.map(([expr]) => expr))),
      ...alerts.map(({ expr }) => expr),
      ...recordings.map(({ expr }) => expr),
    ].flatMap(metricNames);
    expect(asked.filter((name) => name.includes(':') && !made.has(name))).toEqual([]);
  });
});
