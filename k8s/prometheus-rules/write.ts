import { writeFileSync } from 'node:fs';
import { prometheusRules, RULES_FILE } from './from-alerts.ts';

writeFileSync(RULES_FILE, prometheusRules());
