import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { freePort } from '@signalbox/embedded-postgres';
import { eventually } from '@signalbox/testing';
import { DASHBOARDS } from '../monitoring/dashboards/source/dashboards.ts';
import { metricNames } from '../monitoring/metric-names.ts';
import { describeWith } from '../monitoring/promtool.ts';
import { ALERTS_FOLDER, readRules, ruleFiles } from '../monitoring/rules.ts';

const SERVICES = ['auth', 'payments', 'push', 'events'] as const;
const QUERIES = DASHBOARDS.flatMap(({ name, panels }) =>
  panels.flatMap(({ title, lines }) => lines.map(([expr]) => [`${name}: ${title}`, expr] as const)),
);

/** What dashboards and alerts ask for is there while a demo runs; `demo` plays one, and resolves with its exit code. */
export function describeMonitoring(
  local: () => { readonly urls: Readonly<Record<(typeof SERVICES)[number], string>> },
  demo: () => Promise<number | null>,
): void {
  it('exports every metric that an alert, a record or a dashboard asks for', async () => {
    const exported = new Set(['up']);
    for (const service of SERVICES) {
      const text = await (await fetch(`${local().urls[service]}/metrics`)).text();
      for (const [, name, type] of text.matchAll(/^# TYPE (\w+) (\w+)$/gm)) {
        const endings = type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
        for (const ending of endings) exported.add(`${name}${ending}`);
      }
    }
    const { alerts, recordings } = readRules();
    const asked = [...alerts, ...recordings].map(({ expr }) => expr).concat(QUERIES.map(([, expr]) => expr));
    const unknown = asked.flatMap(metricNames).filter((name) => !name.includes(':') && !exported.has(name));
    expect([...new Set(unknown)]).toEqual([]);
  });

  describeWith('prometheus', 'Prometheus', (prometheus) => {
    let base: string;
    let running: ChildProcess;

    beforeAll(async () => {
      const folder = mkdtempSync(join(tmpdir(), 'signalbox-prometheus-'));
      // Nobody waits here for the minutes after which a rule is looked at.
      for (const file of ruleFiles('rules')) {
        const rules = readFileSync(join(ALERTS_FOLDER, file), 'utf8');
        writeFileSync(join(folder, file), rules.replaceAll(/^( +interval:) \w+$/gm, '$1 1s'));
      }
      const jobs = SERVICES.map((service) => ({
        job_name: `signalbox-${service}`,
        static_configs: [{ targets: [new URL(local().urls[service]).host] }],
      }));
      const config = { global: { scrape_interval: '1s' }, rule_files: ['*.yml'], scrape_configs: jobs };
      const file = join(folder, 'prometheus.json');
      writeFileSync(file, JSON.stringify(config));
      const port = await freePort(0);
      base = `http://127.0.0.1:${port}`;
      running = spawn(
        prometheus,
        [
          `--config.file=${file}`,
          `--storage.tsdb.path=${join(folder, 'data')}`,
          `--web.listen-address=127.0.0.1:${port}`,
          '--log.level=error',
        ],
        { stdio: 'ignore' },
      );
      await eventually(async () => expect((await fetch(`${base}/-/ready`)).status).toBe(200), { within: 15_000 });
    }, 20_000);
    afterAll(() => void running.kill('SIGKILL'));

    const ask = async (query: string): Promise<readonly unknown[]> => {
      const answer = await fetch(`${base}/api/v1/query`, { method: 'POST', body: new URLSearchParams({ query }) });
      return ((await answer.json()) as { data: { result: unknown[] } }).data.result;
    };

    it('has an answer to every question of every dashboard while a demo runs', async () => {
      let isOver = false;
      const played = demo().finally(() => (isOver = true));
      await eventually(
        async () => {
          const answers = await Promise.all(
            QUERIES.map(async ([title, expr]) => [title, (await ask(expr)).length] as const),
          );
          expect(answers.filter(([, series]) => series === 0)).toEqual([]);
        },
        { within: 25_000, every: 250 },
      );
      expect(isOver).toBe(false);
      expect(await played).toBe(0);
    }, 90_000);

    it('finds nothing to wake anybody for', async () => {
      expect(await ask('ALERTS{alertstate="firing",severity="page"}')).toEqual([]);
    });
  });
}
