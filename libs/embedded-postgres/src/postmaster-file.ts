import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { argumentsOf } from './process-identity.js';
import { type StopLadder, stopLeftover } from './stop-leftover.js';

/** Postgres's own note in its data directory; pg_ctl relies on the same lines. */
export interface PostmasterFile {
  readonly pid: number;
  readonly ready: boolean;
}

/** @returns undefined when there is no file, or it is not whole yet. */
export function readPostmasterFile(data: string): PostmasterFile | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, ready: lines[7]?.trim() === 'ready' };
}

/** Whether a Postgres runs on this data directory, whoever started it. */
export function isServed(data: string): boolean {
  const file = readPostmasterFile(data);
  return file !== undefined && argumentsOf(file.pid).includes(data);
}

/**
 * Clears the way for a new server: stops one that outlived its killed parent, and takes away the note of one that died
 * with it. Postgres handles most stale notes itself, but not a recycled pid of the same user.
 */
export async function clearOrphan(data: string, onNotice: (line: string) => void): Promise<void> {
  const file = readPostmasterFile(data);
  if (!file) return;
  const stopped = await stopLeftover(file.pid, (argument) => argument === data, STOP_LADDER);
  if (stopped) onNotice(`stopped the Postgres (pid ${file.pid}) that an earlier run had left behind`);
  await rm(join(data, 'postmaster.pid'), { force: true });
}

/** Fast shutdown, then immediate (the next start recovers from the log), then the operating system's. */
const STOP_LADDER: StopLadder = [
  ['SIGINT', 10_000],
  ['SIGQUIT', 5_000],
  ['SIGKILL', 5_000],
];
