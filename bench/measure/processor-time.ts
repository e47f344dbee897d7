import { existsSync } from 'node:fs';
import { processTree } from './process-tree.ts';

/** Of the clock of /proc on every Linux there is. */
const MICROSECONDS_OF_A_TICK = 10_000;

/** Processor time of a process and all that descend from it so far, in microseconds; NaN where the system does not tell. */
export function processorTime(pid: number): number {
  if (!existsSync('/proc/self/stat')) return Number.NaN;
  return processTree(pid).reduce((sum, { ticks }) => sum + ticks * MICROSECONDS_OF_A_TICK, 0);
}
