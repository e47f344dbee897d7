import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { canStartRedis } from '@signalbox/process-control';
import { brokenBounds } from './report/broken-bounds.ts';
import type { Result } from './report/result.ts';
import { table } from './report/table.ts';
import { run } from './run.ts';
import type { Backend } from './schedule/fault.ts';
import { mixedPlan } from './schedule/mixed.ts';

const SEED = 12_643;
const SECONDS = 14;
const ACCEPT = 1_200;

/**
 * The chaos suite in short: both backends at once, a quarter of a minute of mixed faults. The long form, with faults that
 * last a minute and with 100,000 notifications, is `npm run chaos`. The seed is one whose short schedules have, on both backends, a
 * provider in trouble, workers killed at work, the database crashed and commits without an answer.
 */
describe('under mixed chaos', () => {
  const backends: readonly Backend[] = canStartRedis() ? ['redis', 'postgres'] : ['postgres'];
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-chaos-'));
  const children = new Set<{ kill(signal: NodeJS.Signals): boolean }>();
  const told: string[] = [];
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const play = (backend: Backend): Promise<Result> =>
    run({
      plan: mixedPlan({ backend, seed: SEED, minutes: SECONDS / 60, accept: ACCEPT }),
      product: 'signalbox',
      folder: join(folder, backend),
      guard: (child) => void children.add(child),
      tell: (line) => void told.push(`${backend.padEnd(8)} ${line}`),
    });

  it(`loses none of ${ACCEPT} notifications on either backend, and repeats carry their first id`, async () => {
    const results = await Promise.all(backends.map(play));
    process.stdout.write(`${table(results)}\n`);
    const broken = results.flatMap((result) => brokenBounds(result).map((bound) => `${result.plan.backend}: ${bound}`));
    // What jest is told goes to stderr; a rare fault must leave its journal in the log of the run.
    if (broken.length > 0) process.stderr.write(`${told.join('\n')}\n`);
    expect(results.map(({ account }) => account.lost.length)).toEqual(backends.map(() => 0));
    expect(broken).toEqual([]);
  }, 120_000);
});
