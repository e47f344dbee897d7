import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { processTree } from './process-tree.ts';

/**
 * Megabytes that a process and all that descend from it hold, by the program. What several have in common, as the processes of Postgres
 * have their buffers, counts once, a part for each (PSS); where that may not be read, what is resident.
 */
export function memoryByProgram(root: number): Record<string, number> {
  const held: Record<string, number> = {};
  for (const { pid } of processTree(root)) {
    const program = programOf(pid);
    held[program] = (held[program] ?? 0) + memoryOf(pid);
  }
  return held;
}

function memoryOf(pid: number): number {
  const kilobytes =
    figureIn(`/proc/${pid}/smaps_rollup`, /^Pss:\s+(\d+) kB$/m) ??
    figureIn(`/proc/${pid}/status`, /^VmRSS:\s+(\d+) kB$/m);
  return ((kilobytes ?? 0) * 1_024) / 1_000_000;
}

/** The name of the service, or of whatever else it is. */
function programOf(pid: number): string {
  const line = textOf(`/proc/${pid}/cmdline`);
  const [first = ''] = line.split(/[\0 ]/);
  return /apps\/([a-z]+)\/dist\/main\.js/.exec(line)?.[1] ?? basename(first).replace(':', '');
}

function figureIn(path: string, pattern: RegExp): number | undefined {
  const figure = pattern.exec(textOf(path))?.[1];
  return figure === undefined ? undefined : Number(figure);
}

/** Empty where it may not be read, or is gone. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
