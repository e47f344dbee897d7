import { processorTime } from './processor-time.ts';

/**
 * Processor time that processes spend on some work.
 *
 * @param pids by who it is in the report.
 * @returns what to call when the work is done, with how many units it was: microseconds of each unit.
 */
export function spending(pids: Readonly<Record<string, number>>): (units: number) => Record<string, number> {
  const spent = (): Record<string, number> =>
    Object.fromEntries(Object.entries(pids).map(([who, pid]) => [who, processorTime(pid)]));
  const before = spent();
  return (units) => {
    const after = spent();
    return Object.fromEntries(Object.keys(pids).map((who) => [who, (after[who]! - before[who]!) / units]));
  };
}
