import { readdirSync, readFileSync } from 'node:fs';

/** A process as proc(5) tells of it. */
interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  /** Processor time of its own and of its children that have ended, in ticks of the system's clock. */
  readonly ticks: number;
}

/** A process and all that descend from it; none where there is no /proc, or no such process. */
export function processTree(root: number): ProcessStat[] {
  const all = pids().flatMap(statOf);
  const childrenOf = Map.groupBy(all, ({ parent }) => parent);
  const withDescendants = (process: ProcessStat): ProcessStat[] => [
    process,
    ...(childrenOf.get(process.pid) ?? []).flatMap(withDescendants),
  ];
  return all.filter(({ pid }) => pid === root).flatMap(withDescendants);
}

function pids(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** None for a process that has just ended. */
function statOf(pid: number): ProcessStat[] {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, each) => sum + Number(each), 0);
    return [{ pid, parent: Number(fields[1]), ticks }];
  } catch {
    return [];
  }
}
