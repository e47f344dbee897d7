import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { inheritedEnvironment } from '@signalbox/testing';

/** A service that kills itself with SIGKILL at one of its crash points. */
export interface Armed {
  readonly child: ChildProcess;
  /** Where it listens; empty when it died before it did. */
  readonly url: string;
  /** What it wrote to stderr. */
  said(): string;
  /** Resolves when it is dead, with the signal that ended it. */
  ended(): Promise<NodeJS.Signals | null>;
}

/**
 * Starts a service that dies at `at` (`<point>:before` or `:after`; `none` for one that lives on). Resolves when it says where
 * it listens, or is dead already.
 */
export async function arm(
  app: 'auth' | 'events' | 'payments' | 'push',
  env: Readonly<Record<string, string | undefined>>,
  at: string,
): Promise<Armed> {
  const child = spawn(process.execPath, ['--conditions=crash-points', `apps/${app}/dist/main.js`, `--crash-at=${at}`], {
    env: defined({ ...inheritedEnvironment(), NODE_OPTIONS: undefined, ...env, PORT: '0' }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const [said]: unknown[] = await Promise.race([once(child, 'exit'), once(child.stdout, 'data')]);
  child.stdout.resume();
  return {
    child,
    url: Buffer.isBuffer(said) ? (/"url":"([^"]+)"/.exec(said.toString())?.[1] ?? '') : '',
    said: () => complaint,
    async ended() {
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      return child.signalCode;
    },
  };
}

function defined(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
