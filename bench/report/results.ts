import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Bound } from '../measure/bound.ts';
import type { Comparison } from '../measure/comparison.ts';

/** What a run came to, as it is kept. */
export interface Results {
  readonly at: string;
  readonly commit: string;
  readonly machine: { readonly processors: number; readonly model: string; readonly node: string };
  readonly comparisons: readonly Comparison[];
  readonly bounds: readonly Bound[];
}

const FOLDER = join(import.meta.dirname, '../results');
/** Where each benchmark that keeps its results writes them. */
const FILES = {
  bench: { data: 'results.json', chart: 'chart.svg' },
  growth: { data: 'growth.json', chart: 'growth.svg' },
} as const;
type Run = keyof typeof FILES;

/** Of the clone as it stands; `+` where it has changes. */
function commitOfClone(): string {
  const commit = git('rev-parse', '--short', 'HEAD');
  if (commit === undefined) return 'unknown';
  return git('status', '--porcelain', '--untracked-files=no', '--', ':!bench/results') === '' ? commit : `${commit}+`;
}

function git(...args: string[]): string | undefined {
  try {
    return execFileSync('git', args, {
      encoding: 'utf8',
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}

/** What was committed last; undefined where there is none, or no git. */
export function committedResults(run: Run = 'bench'): Results | undefined {
  const text = git('show', `HEAD:bench/results/${FILES[run].data}`);
  return text === undefined ? undefined : (JSON.parse(text) as Results);
}

export function resultsOf(comparisons: readonly Comparison[], bounds: readonly Bound[]): Results {
  const [processor] = cpus();
  const machine = { processors: cpus().length, model: processor?.model ?? 'unknown', node: process.version };
  return { at: new Date().toISOString(), commit: commitOfClone(), machine, comparisons, bounds };
}

/** Where some comparisons were measured alone, the others stay as they were. */
export function mergedWith(earlier: Results | undefined, fresh: Results): Results {
  const names = new Set([...fresh.comparisons, ...fresh.bounds].map(({ name }) => name));
  const kept = <Named extends { readonly name: string }>(all: readonly Named[] = []): Named[] =>
    all.filter(({ name }) => !names.has(name));
  return {
    ...fresh,
    comparisons: [...kept(earlier?.comparisons), ...fresh.comparisons],
    bounds: [...kept(earlier?.bounds), ...fresh.bounds],
  };
}

/** @returns the folder. */
export function writeResults(results: Results, chart: string, run: Run = 'bench'): string {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, FILES[run].data), rounded(results));
  writeFileSync(join(FOLDER, FILES[run].chart), chart);
  return 'bench/results';
}

export function keptResults(): Results | undefined {
  try {
    return JSON.parse(readFileSync(join(FOLDER, FILES.bench.data), 'utf8')) as Results;
  } catch {
    return undefined;
  }
}

/** Four figures are more than any of them is worth. */
function rounded(results: Results): string {
  const value = (_key: string, each: unknown): unknown =>
    typeof each === 'number' && !Number.isInteger(each) ? Number(each.toPrecision(4)) : each;
  return `${JSON.stringify(results, value, 2)}\n`;
}
