import { chmodSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { launchProcess } from '@signalbox/process-control';
import { freeBlock } from '../../e2e/free-block.ts';
import type { Machine } from '../machine/machine.ts';
import type { Bound } from '../measure/bound.ts';
import { memoryByProgram } from '../measure/memory.ts';
import { processorTime } from '../measure/processor-time.ts';
import { spreadOf } from '../measure/spread.ts';

const STARTS = 2;
/** Readers of the feed look more rarely after half a minute without an event. */
const SETTLING_MS = 40_000;
const AT_REST_MS = 20_000;

/**
 * What all of Signalbox takes that `npm start` runs, with its own Postgres and the sandbox: how long until it is ready, and what it
 * needs while nobody asks for anything.
 */
export async function idle(machine: Machine): Promise<Bound[]> {
  const root = mkdtempSync(join(tmpdir(), 'signalbox-bench-idle-'));
  // Root's Postgres runs as another user, who must get in.
  chmodSync(root, 0o755);
  machine.onStop(() => rm(root, { recursive: true, force: true }));
  const env = { SIGNALBOX_DIR: join(root, 'state'), PORT_BASE: String(await freeBlock()), REDIS_URL: undefined };
  const began = performance.now();
  const launcher = await launchProcess({
    entry: 'apps/launcher/dist/main.js',
    env,
    ready: { line: (line) => line === 'Signalbox is ready.' },
    within: 90_000,
  });
  const firstStart = secondsSince(began);
  machine.onStop(() => launcher.stop());
  const starts: number[] = [];
  while (starts.length < STARTS) {
    await launcher.stop();
    const startedAt = performance.now();
    await launcher.restart();
    starts.push(secondsSince(startedAt));
  }
  await delay(SETTLING_MS);
  const percent = await percentOfACore(launcher.pid);
  const held = memoryByProgram(launcher.pid);
  return [
    {
      name: 'start of everything',
      about: `until it says that it is ready, on a database that is there already; the first, which makes it, took ${firstStart.toFixed(1)} s`,
      unit: 's',
      measured: spreadOf(starts),
      atMost: 10,
    },
    {
      name: 'processor at rest',
      about: `all processes together over ${AT_REST_MS / 1_000} s in which nobody asks for anything`,
      unit: '% of a core',
      measured: spreadOf([percent]),
      atMost: 3,
    },
    {
      name: 'memory at rest',
      about: Object.entries(held)
        .map(([program, megabytes]) => `${program} ${megabytes.toFixed(0)}`)
        .join(', '),
      unit: 'MB',
      measured: spreadOf([sumOf(Object.values(held))]),
      atMost: 1_200,
    },
  ];
}

async function percentOfACore(pid: number): Promise<number> {
  const [began, before] = [performance.now(), processorTime(pid)];
  await delay(AT_REST_MS);
  const microseconds = (performance.now() - began) * 1_000;
  return (100 * (processorTime(pid) - before)) / microseconds;
}

const secondsSince = (began: number): number => (performance.now() - began) / 1_000;

const sumOf = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0);
