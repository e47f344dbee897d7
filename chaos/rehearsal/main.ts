/** `npm run rehearse`: makes troubles one after the other, and ends with 1 when an alert does not fire, or one fires that should not. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Rehearsed, rehearse } from './rehearse.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios/all.ts';
import { openStage } from './stage.ts';

const USAGE = `npm run rehearse [-- [--factor N] [alert or scenario ...]]

Starts a Signalbox, makes one trouble after the other, and looks in a real Prometheus with the rules of monitoring/alerts whether exactly
those alerts fire that should. Without names: all scenarios; with an alert's name: those that must fire it.

  --factor N   by how much the time of rules runs faster (30); 1 plays them as they are, which takes an hour and more

Scenarios:
${SCENARIOS.map(({ name, what, must }) => `  ${name.padEnd(22)} ${what}: ${must.join(', ') || 'nothing fires'}`).join('\n')}`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function wanted(names: readonly string[]): readonly Scenario[] {
  const unknown = names.find((name) => !SCENARIOS.some((each) => each.name === name || each.must.includes(name)));
  if (unknown !== undefined) throw new Error(`no scenario is called ${unknown} or fires it; --help lists them`);
  if (names.length === 0) return SCENARIOS;
  return SCENARIOS.filter(({ name, must }) => names.some((each) => each === name || must.includes(each)));
}

function lineOf({ scenario, fired, missing, stray }: Rehearsed): string {
  const told = [...fired].map(([name, seconds]) => `${name} after ${seconds.toFixed(1)} s`).join(', ') || 'nothing';
  const wrong = [...missing.map((name) => `MISSING ${name}`), ...stray.map((name) => `STRAY ${name}`)];
  return `${scenario.name.padEnd(22)} ${wrong.length === 0 ? 'as it should be' : wrong.join(', ')}  [${told}]`;
}

const children = new Set<{ kill(signal: NodeJS.Signals): boolean }>();
const ending = new AbortController();
/** Who is to end begins nothing new. */
const guard = (child: { kill(signal: NodeJS.Signals): boolean }): void => {
  children.add(child);
  if (ending.signal.aborted) child.kill('SIGKILL');
};
const killChildren = (): void => {
  for (const child of children) child.kill('SIGKILL');
};
process.on('exit', killChildren);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    ending.abort();
    // Whatever is under way fails on it, and stops on its way out what is no child of ours: Postgres and Redis.
    killChildren();
  });
}

async function playAll(scenarios: readonly Scenario[], factor: number, folder: string): Promise<boolean> {
  const stage = await openStage(folder, guard);
  let isGood = true;
  try {
    for (const scenario of scenarios) {
      const rehearsed = await rehearse(scenario, { stage, folder, guard, factor });
      isGood &&= rehearsed.missing.length === 0 && rehearsed.stray.length === 0;
      say(lineOf(rehearsed));
    }
  } finally {
    await stage.stop();
  }
  return isGood;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean', default: false }, factor: { type: 'string', default: '30' } },
});
if (values.help) {
  say(USAGE);
} else {
  const scenarios = wanted(positionals);
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-rehearsal-'));
  const isGood = await playAll(scenarios, Number(values.factor), folder).catch((error: unknown) => {
    if (!ending.signal.aborted) say(String(error instanceof Error ? error.stack : error));
    return false;
  });
  if (isGood || ending.signal.aborted) await rm(folder, { recursive: true, force: true });
  else say(`logs are kept in ${folder}`);
  process.exit(ending.signal.aborted ? 130 : isGood ? 0 : 1);
}
