import { join } from 'node:path';
import { setTimeout as lasting } from 'node:timers/promises';
import type { Guard } from '../system/service.ts';
import { Prometheus } from './prometheus.ts';
import type { Scenario } from './scenario.ts';
import type { Stage } from './stage.ts';

/** What a scenario came to. */
export interface Rehearsed {
  readonly scenario: Scenario;
  /** Seconds from the strike until each alert fired. */
  readonly fired: ReadonlyMap<string, number>;
  /** Those that should have, and did not. */
  readonly missing: readonly string[];
  /** Those that should not have. */
  readonly stray: readonly string[];
}

export interface RehearsalOptions {
  readonly stage: Stage;
  readonly folder: string;
  readonly guard: Guard;
  /** By how much the rules' time runs faster; 1 leaves them as they are. */
  readonly factor: number;
  /** Seconds from the strike until what must fire has to; 150 and a quarter of an hour of the rules' time unless told. */
  readonly patience?: number;
}

/** A machine that is slow moves these, whatever is struck: they are told, and no fault of a rule's. */
const OF_THE_MACHINE: ReadonlySet<string> = new Set([
  'AcceptLatencyBurnsFast',
  'AcceptLatencyBurnsSlow',
  'EventLoopLags',
]);
const BETWEEN_SENDS_MS = 250;
const BETWEEN_LOOKS_MS = 250;
/** Figures are taken each five seconds: what was put right just before is told of for so long. */
const SETTLES_MS = 15_000;

/**
 * Plays one scenario under a Prometheus of its own, which knows nothing of those before: lets it see how things are when nothing is
 * wrong, strikes, waits until what must fire does, and as long again as an alert waits, for whatever else fires.
 */
export async function rehearse(scenario: Scenario, options: RehearsalOptions): Promise<Rehearsed> {
  const { stage, folder, guard } = options;
  const factor = scenario.factor ?? options.factor;
  const patience = options.patience ?? 150 + 900 / factor;
  const prometheus = await Prometheus.start({
    folder: join(folder, scenario.name),
    targets: stage.urls,
    factor,
    guard,
  });
  const load = new AbortController();
  const over = new AbortController();
  const sending = scenario.atRest === true ? Promise.resolve() : sendOn(stage, load.signal);
  const fired = new Map<string, number>();
  try {
    const calm = scenario.calm === undefined ? calmMs(factor) : scenario.calm * 1_000;
    // What must fire may not do so by itself, or it would be taken for told of the strike.
    const ignored = new Set([...OF_THE_MACHINE].filter((name) => !scenario.must.includes(name)));
    const before = await settle(prometheus, calm, ignored);
    const putRight = await scenario.strike(stage, over.signal);
    try {
      const all = (seen: ReadonlyMap<string, number>): boolean => scenario.must.every((name) => seen.has(name));
      await watch(prometheus, patience * 1_000, all, fired);
      await watch(prometheus, lingerMs(factor), () => false, fired);
    } finally {
      over.abort();
      await putRight();
    }
    const expected = new Set([...scenario.must, ...scenario.may, ...OF_THE_MACHINE]);
    const stray = [...fired.keys()].filter((name) => !expected.has(name));
    return {
      scenario,
      fired,
      missing: scenario.must.filter((name) => !fired.has(name)),
      stray: [...new Set([...before.map((name) => `${name} (before the strike)`), ...stray])],
    };
  } finally {
    load.abort();
    await sending;
    await prometheus.stop();
  }
}

/** Two looks at the rules at least, and four scrapes. */
const calmMs = (factor: number): number => Math.max(4_000, 60_000 / factor);
/** As long as the alerts that wait for two minutes do, and a look at the rules more. */
const lingerMs = (factor: number): number => Math.max(3_000, 150_000 / factor);

/** Lets so long pass in which nothing is wrong: windows have an edge to begin at. @returns what fires all the same, and is not of the strike. */
async function settle(
  prometheus: Prometheus,
  milliseconds: number,
  ignored: ReadonlySet<string>,
): Promise<readonly string[]> {
  await watch(prometheus, milliseconds, () => false);
  const wrong = async (names: Promise<ReadonlySet<string>>): Promise<string[]> =>
    [...(await names)].filter((name) => !ignored.has(name));
  const end = performance.now() + SETTLES_MS;
  while (performance.now() < end && (await wrong(prometheus.pendingOrFiring())).length > 0)
    await lasting(BETWEEN_LOOKS_MS);
  return wrong(prometheus.firing());
}

/** Looks until `isOver`, or for so long. Adds to `seen` when each alert was first seen to fire, in seconds. */
async function watch(
  prometheus: Prometheus,
  milliseconds: number,
  isOver: (seen: ReadonlyMap<string, number>) => boolean,
  seen = new Map<string, number>(),
): Promise<ReadonlyMap<string, number>> {
  const began = performance.now();
  const offset = Math.max(0, ...seen.values());
  while (!isOver(seen) && performance.now() - began < milliseconds) {
    for (const name of await prometheus.firing()) {
      if (!seen.has(name)) seen.set(name, offset + (performance.now() - began) / 1_000);
    }
    await lasting(BETWEEN_LOOKS_MS);
  }
  return seen;
}

async function sendOn(stage: Stage, signal: AbortSignal): Promise<void> {
  const open = new Set<Promise<void>>();
  while (!signal.aborted) {
    const sent = stage.send().finally(() => open.delete(sent));
    open.add(sent);
    await lasting(BETWEEN_SENDS_MS);
  }
  await Promise.all(open);
}
