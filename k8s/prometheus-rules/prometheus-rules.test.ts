import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { prometheusRules, RULES_FILE } from './from-alerts.ts';

describe('the rules of the cluster', () => {
  it('are those of monitoring/alerts: npm run k8s:rules', () => {
    expect(readFileSync(RULES_FILE, 'utf8')).toBe(prometheusRules());
  });
});
