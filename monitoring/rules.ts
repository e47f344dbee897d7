import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const alert = z.strictObject({
  alert: z.string(),
  expr: z.string(),
  for: z.string(),
  labels: z.looseObject({ severity: z.enum(['page', 'ticket']) }),
  annotations: z.strictObject({ summary: z.string(), description: z.string(), runbook_url: z.string() }),
});
const recording = z.strictObject({
  record: z.string(),
  expr: z.string(),
  labels: z.record(z.string(), z.string()).optional(),
});
const ruleFile = z.strictObject({
  groups: z.array(
    z.strictObject({ name: z.string(), interval: z.string(), rules: z.array(z.union([alert, recording])) }),
  ),
});

export type Alert = z.output<typeof alert>;

export const ALERTS_FOLDER = join(import.meta.dirname, 'alerts');

/** Names of the files with rules, or with their tests. */
export function ruleFiles(what: 'rules' | 'tests'): string[] {
  const names = readdirSync(ALERTS_FOLDER).filter((name) => name.endsWith('.yml'));
  return names.filter((name) => name.endsWith('.test.yml') === (what === 'tests'));
}

/** All rules, in the strict form that each of ours has. */
export function readRules(): { alerts: Alert[]; recordings: z.output<typeof recording>[] } {
  const rules = ruleFiles('rules').flatMap((name) =>
    ruleFile.parse(parse(readFileSync(join(ALERTS_FOLDER, name), 'utf8'))).groups.flatMap((group) => group.rules),
  );
  return {
    alerts: rules.filter((rule) => 'alert' in rule),
    recordings: rules.filter((rule) => 'record' in rule),
  };
}
