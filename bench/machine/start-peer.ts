import { launchProcess, type RunningProcess } from '@signalbox/process-control';
import type { Machine } from './machine.ts';

export interface Peer {
  readonly origin: string;
  readonly process: RunningProcess;
}

/** Starts a server of this folder that says where it listens. */
export async function startPeer(machine: Machine, entry: string, args: readonly string[]): Promise<Peer> {
  let origin = '';
  const process = await launchProcess({
    entry,
    args,
    ready: { line: (line) => (origin = /listening at (\S+)/.exec(line)?.[1] ?? origin) !== '' },
  });
  machine.onStop(() => process.stop());
  return { origin, process };
}
