import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { searchPath } from '../config.js';
import { eventually } from '../eventually.js';
import { askRedis } from './ask-redis.js';

/** One `redis-server` of our own, as the operating system treats it. */
export interface RedisProcess {
  readonly port: number;
  /** Of the process that runs now. */
  readonly pid: number;
  /** Resolves when it answers. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** SIGSTOP: it holds its connections and says nothing, as a host that is gone. */
  pause(): void;
  resume(): void;
  /** Its answer to one command in plain words, without TLS. Rejects when it is away or refuses. */
  ask(command: string): Promise<string>;
}

export interface RedisProcessOptions {
  /** Its working folder; made when missing. */
  readonly directory: string;
  /** Where it is asked; not over TLS. */
  readonly port: number;
  /** A file of settings, in front of `settings`. */
  readonly file?: string;
  readonly settings: Readonly<Record<string, string | number>>;
  /** As a Sentinel. */
  readonly isSentinel?: boolean;
}

/** As long as every other process that is started: on two busy cores a dozen may start at once. */
const START_WITHIN_MS = 40_000;

/** Whether this machine has a Redis to start; a server that was handed to the run is not ours to kill or to empty. */
export function canStartRedis(): boolean {
  return redisProgram() !== undefined;
}

/** The `redis-server` on PATH. */
function redisProgram(): string | undefined {
  return searchPath()
    .map((folder) => join(folder, 'redis-server'))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** @throws Error until it answers: while it loads its data Redis answers -LOADING, and on a port that was taken another server answers. */
async function isUp(port: number, { pid }: ChildProcess): Promise<void> {
  await askRedis(port, 'PING');
  const answering = /process_id:(\d+)/.exec(await askRedis(port, 'INFO server'))?.[1];
  if (Number(answering) !== pid) throw new Error(`another server has port ${port}`);
}

/** Does not start it. @throws Error where there is no `redis-server`: see canStartRedis. */
export function redisProcess({ directory, port, file, settings, isSentinel }: RedisProcessOptions): RedisProcess {
  const program = redisProgram();
  if (program === undefined) throw new Error('there is no redis-server on the PATH');
  const args = [
    ...(file === undefined ? [] : [file]),
    ...(isSentinel === true ? ['--sentinel'] : []),
    ...Object.entries({ bind: '127.0.0.1', port, dir: directory, ...settings }).flatMap(([name, value]) => [
      `--${name}`,
      ...(value === '' ? [''] : String(value).split(' ')),
    ]),
  ];
  let child: ChildProcess | undefined;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child?.once('exit', resolve));
    child.kill(signal);
    // One that stands still hears of its end when it goes on.
    child.kill('SIGCONT');
    await gone;
  };
  return {
    port,
    get pid() {
      return child?.pid ?? -1;
    },
    async start() {
      await mkdir(directory, { recursive: true });
      const started = (child = spawn(program, args, { cwd: directory, stdio: 'ignore', detached: true }));
      const hasEnded = (): boolean => started.exitCode !== null;
      await eventually(async () => hasEnded() || (await isUp(port, started)), { within: START_WITHIN_MS });
      if (hasEnded()) throw new Error(`redis-server ended with ${started.exitCode} instead of taking port ${port}`);
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    pause() {
      child?.kill('SIGSTOP');
    },
    resume() {
      child?.kill('SIGCONT');
    },
    ask: (command) => askRedis(port, command),
  };
}
