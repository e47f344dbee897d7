import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll } from '@jest/globals';
import { eventually } from './eventually.js';
import { inheritedEnvironment } from './run/config.js';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));

/** When a started process counts as ready: a line on its output, or an address that answers 2xx. */
export type ReadySignal = { readonly line: (line: string) => boolean } | { readonly url: string };

export interface ProcessOptions {
  /** Built file to run on this Node, from the root of the repository: `apps/push/dist/main.js`. */
  readonly entry: string;
  readonly args?: readonly string[];
  /** Added to the environment of the tests; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly ready: ReadySignal;
  /** Milliseconds until it must be ready; 20,000 unless told. */
  readonly within?: number;
}

/** How a process ended. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A real child process under test. */
export interface RunningProcess {
  readonly pid: number;
  /** Everything it wrote since its last start. */
  output(): string;
  /** The lines of its output that are JSON objects. */
  jsonLines(): Record<string, unknown>[];
  /** SIGTERM (or another signal), resolves when it is gone. */
  stop(signal?: NodeJS.Signals): Promise<ProcessExit>;
  /** SIGKILL, resolves when it is gone. */
  kill(): Promise<ProcessExit>;
  /** Starts it again with the same arguments (after `stop` or `kill`), and resolves when it is ready. */
  restart(): Promise<void>;
  /** Resolves when it ends, for whatever reason. */
  exited(): Promise<ProcessExit>;
}

/** The process under test ended, or stayed silent, before it was ready. */
class ProcessNotReady extends Error {
  override readonly name = 'ProcessNotReady';
}

/** Everything started in this file; killed after its last test, whatever happened. */
const started = new Set<ChildProcess>();
afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
});

/**
 * Runs a built service as a real process, so that a test can kill it as the operating system would.
 *
 * @throws ProcessNotReady with the end of its output.
 */
export async function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  let run = await launch(options);
  const end = async (signal: NodeJS.Signals): Promise<ProcessExit> => {
    run.child.kill(signal);
    return run.ended;
  };
  return {
    get pid() {
      return run.child.pid ?? -1;
    },
    output: () => run.output(),
    jsonLines: () => run.output().split('\n').flatMap(asJsonObject),
    stop: (signal = 'SIGTERM') => end(signal),
    kill: () => end('SIGKILL'),
    exited: () => run.ended,
    async restart() {
      await end('SIGKILL');
      run = await launch(options);
    },
  };
}

interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<ProcessExit>;
  output(): string;
}

async function launch(options: ProcessOptions): Promise<Run> {
  const child = spawn(process.execPath, [options.entry, ...(options.args ?? [])], {
    cwd: REPOSITORY,
    env: { ...inheritedEnvironment(), NODE_OPTIONS: '', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.add(child);
  let written = '';
  const collect = (chunk: Buffer): void => {
    written += chunk.toString('utf8');
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const ended = new Promise<ProcessExit>((resolve) => {
    child.once('exit', (code, signal) => {
      started.delete(child);
      resolve({ code, signal });
    });
  });
  const run: Run = { child, ended, output: () => written };
  await untilReady(run, options);
  return run;
}

async function untilReady(run: Run, { entry, ready, within = 20_000 }: ProcessOptions): Promise<void> {
  let exit: ProcessExit | undefined;
  void run.ended.then((how) => (exit = how));
  const isReady = await eventually(async () => exit !== undefined || (await saysReady(run, ready)), { within }).catch(
    () => false,
  );
  if (isReady && exit === undefined) return;
  run.child.kill('SIGKILL');
  const why = exit ? `ended (code ${exit.code}, signal ${exit.signal})` : `was not ready within ${within} ms`;
  throw new ProcessNotReady(`${entry} ${why}; it wrote:\n${run.output().slice(-4_000)}`);
}

async function saysReady(run: Run, ready: ReadySignal): Promise<boolean> {
  if ('line' in ready) return run.output().split('\n').some(ready.line);
  const response = await fetch(ready.url).catch(() => undefined);
  return response?.ok ?? false;
}

function asJsonObject(line: string): Record<string, unknown>[] {
  if (!line.startsWith('{')) return [];
  try {
    return [JSON.parse(line) as Record<string, unknown>];
  } catch {
    return [];
  }
}
