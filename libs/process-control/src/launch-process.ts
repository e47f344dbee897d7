import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inheritedEnvironment } from './config.js';
import { eventually } from './eventually.js';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));

/** When a started process counts as ready: a line on its output, or an address that answers 2xx. */
export type ReadySignal = { readonly line: (line: string) => boolean } | { readonly url: string };

export interface ProcessOptions {
  /** File to run on this Node, from the root of the repository: `apps/push/dist/main.js`. */
  readonly entry: string;
  readonly args?: readonly string[];
  /** Options of Node itself, such as `--import=...`. */
  readonly nodeArgs?: readonly string[];
  /** Added to the environment of the caller; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly ready: ReadySignal;
  /** Milliseconds until it must be ready; 40,000 unless told: on two busy cores a dozen may start at once. */
  readonly within?: number;
  /** Where its output goes, over all its starts; in memory unless told. */
  readonly logFile?: string;
}

/** How a process ended. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A real child process. */
export interface RunningProcess {
  readonly pid: number;
  /** Everything it wrote since its last start, or into its log file. */
  output(): string;
  /** The lines of its output that are JSON objects. */
  jsonLines(): Record<string, unknown>[];
  /** SIGTERM (or another signal), resolves when it is gone. */
  stop(signal?: NodeJS.Signals): Promise<ProcessExit>;
  /** SIGKILL, resolves when it is gone. */
  kill(): Promise<ProcessExit>;
  /** SIGSTOP: it keeps its connections and does nothing, as a machine that swaps or is being moved. */
  pause(): void;
  resume(): void;
  /** Any other signal that it knows how to take. */
  signal(signal: NodeJS.Signals): void;
  /** Starts it again with the same arguments (after `stop` or `kill`), and resolves when it is ready. */
  restart(): Promise<void>;
  /** Resolves when it ends, for whatever reason. */
  exited(): Promise<ProcessExit>;
}

/** The process ended, or stayed silent, before it was ready. */
class ProcessNotReady extends Error {
  override readonly name = 'ProcessNotReady';
}

/**
 * Runs a service as a real process, so that it can be killed as the operating system would. `onStart` hears of every
 * child, also of restarts: whoever ends in a hurry has to end them.
 *
 * @throws ProcessNotReady with the end of its output.
 */
export async function launchProcess(
  options: ProcessOptions,
  onStart: (child: ChildProcess) => void = () => undefined,
): Promise<RunningProcess> {
  let run = await launch(options, onStart);
  const end = async (signal: NodeJS.Signals): Promise<ProcessExit> => {
    run.child.kill(signal);
    // One that stands still hears of its end when it goes on.
    run.child.kill('SIGCONT');
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
    pause() {
      run.child.kill('SIGSTOP');
    },
    resume() {
      run.child.kill('SIGCONT');
    },
    signal(signal) {
      run.child.kill(signal);
    },
    exited: () => run.ended,
    async restart() {
      await end('SIGKILL');
      run = await launch(options, onStart);
    },
  };
}

interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<ProcessExit>;
  output(): string;
}

async function launch(options: ProcessOptions, onStart: (child: ChildProcess) => void): Promise<Run> {
  const { entry, args = [], nodeArgs = [], env, logFile } = options;
  const log = logFile === undefined ? 'pipe' : openSync(logFile, 'a');
  const child = spawn(process.execPath, [...nodeArgs, entry, ...args], {
    cwd: REPOSITORY,
    env: { ...inheritedEnvironment(), NODE_OPTIONS: '', ...env },
    stdio: ['ignore', log, log],
  });
  if (typeof log === 'number') closeSync(log);
  onStart(child);
  let written = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (written += chunk.toString('utf8')));
  const ended = new Promise<ProcessExit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const output = (): string => (logFile === undefined ? written : readFileSync(logFile, 'utf8'));
  const run: Run = { child, ended, output };
  await untilReady(run, options);
  return run;
}

async function untilReady(run: Run, { entry, ready, within = 40_000 }: ProcessOptions): Promise<void> {
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
