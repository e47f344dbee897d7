import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { ALERTS_FOLDER, ruleFiles } from '../../monitoring/rules.ts';

/** Where the cluster finds the rules. */
export const RULES_FILE = join(import.meta.dirname, '../components/monitoring/prometheus-rules.yaml');

const HEADER = '# Written from monitoring/alerts: npm run k8s:rules\n';

const fileOfRules = z.strictObject({ groups: z.array(z.unknown()) });

/** The files of monitoring/alerts as what the Prometheus operator takes: one resource for each, with the file's groups and nothing else. */
export function prometheusRules(): string {
  const documents = ruleFiles('rules').map((file) =>
    stringify(
      {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'PrometheusRule',
        metadata: {
          name: `signalbox-${basename(file, '.yml')}`,
          labels: { 'app.kubernetes.io/part-of': 'signalbox' },
        },
        spec: fileOfRules.parse(parse(readFileSync(join(ALERTS_FOLDER, file), 'utf8'))),
      },
      { lineWidth: 0 },
    ),
  );
  return HEADER + documents.join('---\n');
}
