import { readdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/**
 * Whoever waits for a message on this machine goes first: this process gets the processor when nobody else wants it. Linux keeps
 * a priority for each thread, and those that collect garbage are there already; elsewhere it is the process's.
 */
export function giveWay(): void {
  for (const thread of threads()) {
    try {
      setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL);
    } catch {
      // It has ended meanwhile; or this may not be changed here, and the process works on as it is.
    }
  }
}

function threads(): number[] {
  try {
    return readdirSync('/proc/self/task').map(Number);
  } catch {
    return [process.pid];
  }
}
