import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as lasting } from 'node:timers/promises';
import { freePort } from '@signalbox/embedded-postgres';
import { programOf } from '../../monitoring/program.ts';
import { ALERTS_FOLDER, ruleFiles } from '../../monitoring/rules.ts';
import type { Guard } from '../system/service.ts';
import { scaleRules } from './scale-rules.ts';

export interface PrometheusOptions {
  /** Made when missing. */
  readonly folder: string;
  /** Where each service answers `/metrics`, by its name. */
  readonly targets: Readonly<Record<string, string>>;
  readonly factor: number;
  readonly guard: Guard;
}

/** A real Prometheus that knows nothing yet, with the repository's rules. */
export class Prometheus {
  private readonly child: ChildProcess;
  private readonly base: string;

  private constructor(child: ChildProcess, base: string) {
    this.child = child;
    this.base = base;
  }

  /** @throws where there is no Prometheus on this machine, or it does not take its configuration. */
  static async start({ folder, targets, factor, guard }: PrometheusOptions): Promise<Prometheus> {
    const program = programOf('prometheus');
    if (program === undefined) throw new Error('there is no prometheus; Debian has it in its package of that name');
    await mkdir(folder, { recursive: true });
    for (const file of ruleFiles('rules')) {
      const rules = await readFile(join(ALERTS_FOLDER, file), 'utf8');
      await writeFile(join(folder, file), scaleRules(rules, factor));
    }
    const config = join(folder, 'prometheus.json');
    const interval = `${Math.max(500, Math.round(15_000 / factor))}ms`;
    await writeFile(
      config,
      JSON.stringify({
        global: { scrape_interval: interval, scrape_timeout: interval },
        rule_files: ['*.yml'],
        scrape_configs: Object.entries(targets).map(([name, url]) => ({
          job_name: `signalbox-${name}`,
          static_configs: [{ targets: [new URL(url).host] }],
        })),
      }),
    );
    const address = `127.0.0.1:${await freePort(0)}`;
    const args = [`--config.file=${config}`, `--storage.tsdb.path=${join(folder, 'data')}`];
    const child = spawn(program, [...args, `--web.listen-address=${address}`, '--log.level=error'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    guard(child);
    const started = new Prometheus(child, `http://${address}`);
    await started.untilReady();
    return started;
  }

  /** The alerts that fire now, by name. */
  firing(): Promise<ReadonlySet<string>> {
    return this.alerts('ALERTS{alertstate="firing"}');
  }

  /** Those as well that would if it lasted. */
  pendingOrFiring(): Promise<ReadonlySet<string>> {
    return this.alerts('ALERTS');
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  private async alerts(series: string): Promise<ReadonlySet<string>> {
    const query = `count by (alertname) (${series})`;
    const answer = await fetch(`${this.base}/api/v1/query`, { method: 'POST', body: new URLSearchParams({ query }) });
    const { data } = (await answer.json()) as { data: { result: { metric: { alertname: string } }[] } };
    return new Set(data.result.map(({ metric }) => metric.alertname));
  }

  private async untilReady(): Promise<void> {
    for (let turn = 0; turn < 100; turn += 1) {
      if (this.child.exitCode !== null) throw new Error('prometheus does not take its configuration');
      if (
        await fetch(`${this.base}/-/ready`).then(
          ({ ok }) => ok,
          () => false,
        )
      )
        return;
      await lasting(100);
    }
    throw new Error('prometheus did not become ready');
  }
}
