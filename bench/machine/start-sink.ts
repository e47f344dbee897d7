import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Machine } from './machine.ts';

export interface Sink {
  readonly origin: string;
  readonly ca: string;
  readonly pid: number;
  /** Messages since its start. */
  received(): Promise<number>;
}

/** Starts what stands for Apple and Google. */
export async function startSink(machine: Machine): Promise<Sink> {
  const child = fork(new URL('sink.ts', import.meta.url), { stdio: 'inherit' });
  machine.onStop(async () => child.kill());
  const [{ port, ca }] = (await once(child, 'message')) as [{ port: number; ca: string }];
  return {
    origin: `https://127.0.0.1:${port}`,
    ca,
    pid: child.pid!,
    async received() {
      child.send('received');
      const [{ received }] = (await once(child, 'message')) as [{ received: number }];
      return received;
    },
  };
}
