import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DASHBOARDS } from './source/dashboards.ts';
import { toGrafana } from './source/to-grafana.ts';

// npm run dashboards: writes what Grafana imports beside this file.
for (const dashboard of DASHBOARDS) {
  const text = `${JSON.stringify(toGrafana(dashboard), undefined, 2)}\n`;
  writeFileSync(join(import.meta.dirname, `${dashboard.name}.json`), text);
}
