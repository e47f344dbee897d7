import { setTimeout as delay } from 'node:timers/promises';
import { argumentsOf, identityOf, isRunning } from './process-identity.js';

/** Signals in the order they are tried, each with the milliseconds it is given. */
export type StopLadder = readonly (readonly [signal: NodeJS.Signals, patience: number])[];

const POLITE_FIRST: StopLadder = [
  ['SIGTERM', 5_000],
  ['SIGKILL', 5_000],
];

/**
 * Stops a process that an earlier, killed run left behind, known by its pid from a note on disk.
 *
 * @param isIt recognises the process by one of its arguments: the pid may belong to somebody else by now.
 * @returns whether there was such a process.
 */
export async function stopLeftover(
  pid: number,
  isIt: (argument: string) => boolean,
  ladder: StopLadder = POLITE_FIRST,
): Promise<boolean> {
  const identity = identityOf(pid);
  if (!identity || !argumentsOf(pid).some(isIt)) return false;
  for (const [signal, patience] of ladder) {
    signalQuietly(pid, signal);
    for (const end = Date.now() + patience; Date.now() < end; await delay(20)) if (!isRunning(identity)) return true;
  }
  return true;
}

function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone in the meantime, which is what we want.
  }
}
