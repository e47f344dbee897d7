/** `npm run isolation`: what the others feel of one who is in trouble. Ends with 1 when they feel it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { System } from '../system/system.ts';
import { isUnchanged, type Spread } from './compare.ts';
import { EXPERIMENTS } from './experiment.ts';
import { runIsolation, type IsolationResult } from './run.ts';

const USAGE = `npm run isolation -- [--only ${EXPERIMENTS.map(({ name }) => name).join('|')}] [--rounds N] [--seconds N] [--long N] [--backend redis|postgres]
  --only     one experiment instead of all
  --rounds   of calm, calm, fault (5)
  --seconds  of each of these (30)
  --long     seconds of one long fault after the rounds, whose end is looked at (300; 0: none)
  --backend  where BullMQ keeps its queues (redis)`;

const RESULTS = join(import.meta.dirname, '../../.ci/out');

const children = new Set<{ kill(signal: NodeJS.Signals): boolean }>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
let running: System | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void (running?.stop() ?? Promise.resolve()).finally(() => process.exit(130)));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function ratio({ median, least, most }: Spread): string {
  return `${median.toFixed(2)}x (${least.toFixed(2)} to ${most.toFixed(2)})`;
}

/** @returns what broke, one sentence each. */
function report(result: IsolationResult): string[] {
  say(
    `\n${result.experiment} on ${result.backend}: ${result.perSecond} a second of ${Math.round(result.capacity)} possible`,
  );
  const broken: string[] = [];
  for (const what of ['accept', 'deliver'] as const) {
    const comparison = result[what];
    const p99s = result.rounds[what].map(({ calm, struck }) =>
      [...calm, struck].map(({ p99 }) => p99.toFixed(0)).join(' '),
    );
    say(`  ${what}: p99 in ms of each round, calm calm struck: ${p99s.join(' | ')}`);
    say(`  ${what}: fault over calm ${ratio(comparison.change)}; calm over calm ${ratio(comparison.noise)}`);
    if (!isUnchanged(comparison)) broken.push(`${result.experiment}: others felt it in ${what}`);
    if (result.longFault[what].length > 0) {
      say(`  ${what}: p99 in ms over the long fault: ${result.longFault[what].map((p99) => p99.toFixed(0)).join(' ')}`);
    }
  }
  if (result.comeBack) {
    const { backlog, tookMs, perSecond, fresh } = result.comeBack;
    say(
      `  on return: ${backlog} waiting, the last of them sent after ${(tookMs / 1_000).toFixed(1)} s; a second: ${perSecond.join(' ')}`,
    );
    say(
      `  fresh transactional meanwhile: ${fresh.messages}, p50 ${fresh.p50.toFixed(0)} ms, p99 ${fresh.p99.toFixed(0)} ms`,
    );
  }
  if (result.neverAccepted > 0) broken.push(`${result.experiment}: ${result.neverAccepted} were not accepted`);
  return broken;
}

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '30' },
    long: { type: 'string', default: '300' },
    backend: { type: 'string', default: 'redis' },
    help: { type: 'boolean', default: false },
  },
});
const experiments = EXPERIMENTS.filter(({ name }) => values.only === undefined || values.only === name);
const [rounds, seconds, long] = [values.rounds, values.seconds, values.long].map(Number) as [number, number, number];
const { backend } = values;
const isUnderstood =
  experiments.length > 0 && rounds >= 1 && seconds >= 1 && long >= 0 && (backend === 'redis' || backend === 'postgres');
if (values.help || !isUnderstood) {
  say(USAGE);
  process.exit(values.help ? 0 : 64); // EX_USAGE of sysexits.h
}

const root = await mkdtemp(join(tmpdir(), 'signalbox-isolation-'));
const results: IsolationResult[] = [];
for (const experiment of experiments) {
  say(`\n${experiment.name} on ${backend}: ${experiment.what}`);
  results.push(
    await runIsolation({
      experiment,
      backend,
      rounds,
      window: seconds * 1_000,
      longFault: long * 1_000,
      folder: join(root, experiment.name),
      tell: say,
      guard: (child) => void children.add(child),
      onStart: (system) => (running = system),
    }),
  );
}
const broken = results.flatMap(report);
await mkdir(RESULTS, { recursive: true });
const file = join(RESULTS, `isolation-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.json`);
await writeFile(file, `${JSON.stringify(results, undefined, 2)}\n`);
say(`\nresults in ${file}`);
for (const sentence of broken) say(`BROKEN  ${sentence}`);
await rm(root, { recursive: true, force: true });
process.exit(broken.length === 0 ? 0 : 1);
