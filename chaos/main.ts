/** `npm run chaos`: plays faults against the whole system, and ends with 1 when anything is lost or a bound is broken. */
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readArguments, USAGE, UsageError, type Wanted } from './arguments.ts';
import { brokenBounds } from './report/broken-bounds.ts';
import type { Result } from './report/result.ts';
import { table } from './report/table.ts';
import { writeResults } from './report/write-results.ts';
import { run } from './run.ts';
import { mixedPlan } from './schedule/mixed.ts';
import type { Plan } from './schedule/plan.ts';
import { SCENARIOS, scenarioPlan } from './schedule/scenarios.ts';
import type { System } from './system/system.ts';

const children = new Set<{ kill(signal: NodeJS.Signals): boolean }>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
let running: System | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    say(`\n${signal}: stopping what was started`);
    void (running?.stop() ?? Promise.resolve()).finally(() => process.exit(130));
  });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function plansFor({ backends, only, ...mix }: Wanted): Plan[] {
  return backends.flatMap((backend) => {
    if (only.length === 0) return [mixedPlan({ ...mix, backend })];
    return only.flatMap((name) => {
      const scenario = SCENARIOS.find(({ id }) => id === name)!;
      return scenarioPlan(scenario, { ...mix, backend }) ?? [];
    });
  });
}

async function playAll(wanted: Wanted): Promise<number> {
  const root = await mkdtemp(join(tmpdir(), 'signalbox-chaos-'));
  const results: Result[] = [];
  for (const plan of plansFor(wanted)) {
    for (const product of wanted.products) {
      say(`\n${plan.name} on ${plan.backend}: ${product}, ${Math.round(plan.lasting / 1_000)} s, seed ${plan.seed}`);
      const folder = join(root, `${results.length}-${product}-${plan.name}-${plan.backend}`);
      const guard = (child: { kill(signal: NodeJS.Signals): boolean }): void => void children.add(child);
      results.push(await run({ plan, product, folder, guard, tell: say, onStart: (system) => (running = system) }));
    }
  }
  say(`\n${table(results)}\n`);
  const broken = results
    .filter(({ product }) => product === 'signalbox')
    .flatMap((result) =>
      brokenBounds(result).map((bound) => `${result.plan.name} on ${result.plan.backend}: ${bound}`),
    );
  say(`seed ${wanted.seed}; results in ${await writeResults(results)}`);
  for (const bound of broken) say(`BROKEN  ${bound}`);
  if (broken.length === 0 && !wanted.keep) await rm(root, { recursive: true, force: true });
  else say(`logs are kept in ${root}`);
  return broken.length === 0 ? 0 : 1;
}

try {
  if (process.argv.includes('--help')) say(USAGE);
  else process.exit(await playAll(readArguments(process.argv.slice(2), () => randomInt(2 ** 32 - 1))));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`chaos: ${error.message}\n`);
  process.exitCode = 64; // EX_USAGE of sysexits.h
}
