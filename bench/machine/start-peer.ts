import type { ApnsCredential } from '@signalbox/credentials';
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

/** Starts the worker that one would write instead; see bench/peer/worker.ts. */
export async function startPeerWorker(
  machine: Machine,
  databaseUrl: string,
  redisUrl: string,
  key: ApnsCredential,
): Promise<RunningProcess> {
  const worker = await launchProcess({
    entry: 'bench/peer/worker.ts',
    args: [databaseUrl, redisUrl, JSON.stringify(key)],
    ready: { line: (line) => line.includes('ready') },
  });
  machine.onStop(() => worker.kill());
  return worker;
}
