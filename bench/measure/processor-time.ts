import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Of the clock of /proc on every Linux there is. */
const MICROSECONDS_OF_A_TICK = 10_000;

/** Processor time of a process and its children so far, in microseconds; NaN where the system does not tell. */
export function processorTime(pid: number): number {
  if (!existsSync('/proc/self/stat')) return Number.NaN;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .reduce((sum, name) => {
      const fields = statOf(name);
      // Of the process itself also what its children had spent that have ended.
      const counted =
        Number(name) === pid ? fields.slice(11, 15) : Number(fields[1]) === pid ? fields.slice(11, 13) : [];
      return counted.reduce((time, ticks) => time + Number(ticks) * MICROSECONDS_OF_A_TICK, sum);
    }, 0);
}

/** The fields of proc(5) behind the name; none for a process that has just ended. */
function statOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
  } catch {
    return [];
  }
}
