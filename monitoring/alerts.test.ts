import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { describeWith, runPromtool } from './promtool.ts';
import { ALERTS_FOLDER, readRules, ruleFiles } from './rules.ts';

const ROOT = join(import.meta.dirname, '..');
const { alerts } = readRules();
const names = alerts.map(({ alert }) => alert);

/** The address that GitHub gives a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

describe('an alert', () => {
  it('has a name of its own', () => {
    expect(names.length).toBeGreaterThan(40);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(alerts.map(({ alert, annotations }) => [alert, annotations] as const))(
    '%s says what it means, and which part of which runbook helps',
    (_name, { summary, description, runbook_url: url }) => {
      expect(summary.length).toBeGreaterThan(10);
      expect(description.length).toBeGreaterThan(40);
      const [page, anchor] = url.split('#');
      expect(existsSync(join(ROOT, page!))).toBe(true);
      const headings = [...readFileSync(join(ROOT, page!), 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, text]) =>
        anchorOf(text!),
      );
      expect(headings).toContain(anchor);
    },
  );

  it('is told apart from a near miss by a test of each', () => {
    const testFile = z.looseObject({ tests: z.array(z.looseObject({ name: z.string() })) });
    const tested = ruleFiles('tests').flatMap((file) =>
      testFile.parse(parse(readFileSync(join(ALERTS_FOLDER, file), 'utf8'))).tests.map(({ name }) => name),
    );
    expect(tested.sort()).toEqual(names.flatMap((name) => [`${name} fires`, `${name} stays silent`]).sort());
  });
});

describe('the list of runbooks', () => {
  const folder = join(ROOT, 'docs/runbooks');
  const list = readFileSync(join(folder, 'README.md'), 'utf8');

  it('has a row for every alert, with its severity and its runbook', () => {
    const rows = [...list.matchAll(/^\| `(\w+)` +\| (page|ticket) +\| \[[^\]]+\]\(([^)]+)\) +\|/gm)];
    expect(rows.map(([, name, severity, page]) => `${name} ${severity} ${page}`).sort()).toEqual(
      alerts
        .map(({ alert, labels, annotations }) => {
          return `${alert} ${labels.severity} ${annotations.runbook_url.replace('docs/runbooks/', '')}`;
        })
        .sort(),
    );
  });

  it('has every runbook, those that no alert leads to as well', () => {
    const pages = readdirSync(folder).filter((name) => name !== 'README.md');
    expect(pages.filter((name) => !list.includes(`(${name}#`))).toEqual([]);
  });
});

describeWith('promtool', 'promtool', (promtool) => {
  it.each(ruleFiles('rules'))('takes the rules of %s', (file) => {
    expect(runPromtool(promtool, ['check', 'rules', file], ALERTS_FOLDER)).toContain('SUCCESS');
  });

  it('finds that every alert fires in its case and stays silent in a near miss', () => {
    const said = runPromtool(promtool, ['test', 'rules', ...ruleFiles('tests')], ALERTS_FOLDER);
    expect(said.match(/SUCCESS/g)).toHaveLength(ruleFiles('tests').length);
  }, 60_000);
});
