import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from '@signalbox/embedded-postgres';
import { eventually } from './eventually.js';
import { searchPath } from './config.js';

export interface RedisOptions {
  /** Its working folder; made when missing. */
  readonly directory: string;
  /** Appends every write to disk, so that it survives a SIGKILL; off unless told. */
  readonly durable?: boolean;
}

/** A Redis of our own, that can be killed and started again on the same port. */
export interface RedisServer {
  readonly url: string;
  /** Of the server that runs now. */
  readonly pid: number;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Deletes what a dead server kept on disk: the next start is an empty one. */
  lose(): Promise<void>;
  /** SIGSTOP: it holds its connections and says nothing, as a host that is gone. */
  pause(): void;
  resume(): void;
  /** FLUSHALL: everything gone, the server runs on. */
  flushAll(): Promise<void>;
}

/** Whether this machine has a Redis to start; a server that was handed to the run is not ours to kill or to empty. */
export function canStartRedis(): boolean {
  return findProgram('redis-server') !== undefined;
}

/** Starts a Redis on a free port of 127.0.0.1. @returns undefined when there is no `redis-server` on PATH. */
export async function startRedis(options: RedisOptions): Promise<RedisServer | undefined> {
  const program = findProgram('redis-server');
  if (program === undefined) return undefined;
  await mkdir(options.directory, { recursive: true });
  const port = await freePort(0);
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child?.once('exit', resolve));
    child.kill(signal);
    await gone;
  };
  const server: RedisServer = {
    url,
    get pid() {
      return child?.pid ?? -1;
    },
    async start() {
      child = spawn(program, redisArguments(port, options), {
        cwd: options.directory,
        stdio: 'ignore',
        detached: true,
      });
      await eventually(() => ping(port), { within: 10_000 });
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    lose: () => rm(join(options.directory, 'appendonlydir'), { recursive: true, force: true }),
    pause() {
      child?.kill('SIGSTOP');
    },
    resume() {
      child?.kill('SIGCONT');
    },
    async flushAll() {
      await command(port, 'FLUSHALL');
    },
  };
  await server.start();
  return server;
}

function redisArguments(port: number, { directory, durable = false }: RedisOptions): string[] {
  const settings = {
    bind: '127.0.0.1',
    port,
    dir: directory,
    pidfile: join(directory, 'redis.pid'),
    databases: 64,
    save: '',
    appendonly: durable ? 'yes' : 'no',
    // BullMQ loses jobs under any other policy.
    'maxmemory-policy': 'noeviction',
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

/** While it loads its data, Redis answers -LOADING. */
async function ping(port: number): Promise<boolean> {
  return (await command(port, 'PING')).startsWith('+PONG');
}

/** Redis also understands plain lines. */
async function command(port: number, line: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.write(`${line}\r\n`);
  try {
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return answer.toString('latin1');
  } finally {
    socket.destroy();
  }
}

function findProgram(name: string): string | undefined {
  return searchPath()
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
