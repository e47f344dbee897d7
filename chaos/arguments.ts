import { parseArgs } from 'node:util';
import type { Result } from './report/result.ts';
import type { Backend } from './schedule/fault.ts';
import { ELSEWHERE, SCENARIOS } from './schedule/scenarios.ts';

/** What the command line asks for. */
export interface Wanted {
  readonly minutes: number;
  readonly seed: number;
  readonly backends: readonly Backend[];
  readonly accept: number;
  readonly products: readonly Result['product'][];
  /** Whether the logs stay after a run that broke nothing. */
  readonly keep: boolean;
  /** Scenarios by name; none: the mix of everything. */
  readonly only: readonly string[];
}

/** The command line cannot be understood; the message says what to write. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `npm run chaos -- [--minutes N] [--seed S] [--backend redis|postgres|both] [--accept COUNT] [--baseline] [--baseline-only] [--only F1,F7]
  --minutes   how long load and faults last (2)
  --seed      the schedule is a function of it; one is drawn and printed unless given
  --backend   where BullMQ keeps its queues (both)
  --accept    notifications in all (100 a second)
  --baseline  plays the same against plain BullMQ too, for comparison; --baseline-only against nothing else
  --keep      leaves the logs of a good run, too
  --only      named scenarios instead of the mix: ${SCENARIOS.map(({ id }) => id).join(' ')}, or all`;

/** @throws UsageError */
export function readArguments(args: readonly string[], drawSeed: () => number): Wanted {
  const { values } = parse(args);
  const minutes = number('minutes', values.minutes ?? '2', 0.1, 24 * 60);
  const names = values.only === 'all' ? SCENARIOS.map(({ id }) => id) : (values.only?.split(',') ?? []);
  for (const name of names) {
    if (name in ELSEWHERE) throw new UsageError(`${name}: ${ELSEWHERE[name]}`);
    if (!SCENARIOS.some(({ id }) => id === name)) throw new UsageError(`there is no scenario ${name}\n${USAGE}`);
  }
  return {
    minutes,
    seed: values.seed === undefined ? drawSeed() : number('seed', values.seed, 0, 2 ** 32 - 1),
    backends: backendsOf(values.backend ?? 'both'),
    accept: values.accept === undefined ? Math.round(minutes * 6_000) : number('accept', values.accept, 1, 5_000_000),
    products: productsOf(values.baseline ?? false, values['baseline-only'] ?? false),
    keep: values.keep ?? false,
    only: names,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        minutes: { type: 'string' },
        seed: { type: 'string' },
        backend: { type: 'string' },
        accept: { type: 'string' },
        only: { type: 'string' },
        baseline: { type: 'boolean' },
        'baseline-only': { type: 'boolean' },
        keep: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}

function productsOf(baseline: boolean, only: boolean): Wanted['products'] {
  if (only) return ['bullmq'];
  return baseline ? ['signalbox', 'bullmq'] : ['signalbox'];
}

function backendsOf(name: string): readonly Backend[] {
  if (name === 'both') return ['redis', 'postgres'];
  if (name === 'redis' || name === 'postgres') return [name];
  throw new UsageError(`--backend ${name}: redis, postgres or both`);
}

function number(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= least && value <= most) return value;
  throw new UsageError(`--${name} ${text}: a number from ${least} to ${most}`);
}
