import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { inheritedEnvironment } from '../config.js';
import { LaunchRefused } from '../launch-refused.js';
import type { Program } from './program.js';
import type { ServiceSpec } from './services.js';

/** Milliseconds until a service must be ready. */
const START_PATIENCE = 60_000;
/** Milliseconds that a service may take to stop. */
const STOP_PATIENCE = 12_000;
/** Bytes after which a log begins anew at the next start. */
const MAX_LOG = 20_000_000;

/** A service as a child process, its output in a file: a log then needs no living launcher at its other end. */
export class ServiceProcess implements Program {
  readonly name: string;
  private child: ChildProcess | undefined;
  private exit: Promise<string> = Promise.resolve('never started');

  constructor(
    private readonly spec: ServiceSpec,
    private readonly onSpawn: (name: string, pid: number) => void,
  ) {
    this.name = spec.name;
  }

  get ended(): Promise<string> {
    return this.exit;
  }

  /** @throws LaunchRefused with the service's own last words. */
  async start(): Promise<void> {
    if (!existsSync(this.spec.entry)) {
      throw new LaunchRefused(`${this.spec.entry} is missing; build it: npx tsc -b tsconfig.build.json`);
    }
    const log = openLog(this.spec.logFile);
    const child = spawn(process.execPath, [...this.spec.nodeArgs, '--import', TETHER, this.spec.entry], {
      env: { ...inheritedEnvironment(), ...defined(this.spec.env) },
      // A session of its own: Ctrl-C in a terminal reaches the launcher alone, which stops things in order.
      detached: true,
      stdio: ['ignore', log.descriptor, log.descriptor, 'ipc'],
    });
    closeSync(log.descriptor);
    this.child = child;
    this.exit = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    if (child.pid !== undefined) this.onSpawn(this.name, child.pid);
    if (await this.becomesReady(child)) return;
    const how = hasEnded(child) ? `ended (${await this.exit})` : `was not ready within ${START_PATIENCE / 1_000} s`;
    child.kill('SIGKILL');
    const words = lastWords(this.spec.logFile, log.offset);
    throw new LaunchRefused(`${this.name} ${how}; its log is ${this.spec.logFile}\n${words}`);
  }

  private async becomesReady(child: ChildProcess): Promise<boolean> {
    for (const end = Date.now() + START_PATIENCE; Date.now() < end && !hasEnded(child); await delay(50)) {
      if (await answers(this.spec.readyUrl)) return true;
    }
    return false;
  }

  async stop(): Promise<void> {
    const tooLong = setTimeout(() => this.kill(), STOP_PATIENCE);
    this.signal('SIGTERM');
    await this.exit;
    clearTimeout(tooLong);
  }

  kill(): void {
    this.signal('SIGKILL');
  }

  private signal(signal: NodeJS.Signals): void {
    if (this.child && !hasEnded(this.child)) this.child.kill(signal);
  }
}

const TETHER = new URL('./tether.js', import.meta.url).href;

/** Also when it could not even be spawned: then it has no pid. */
function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

function openLog(path: string): { descriptor: number; offset: number } {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const fresh = size > MAX_LOG;
  return { descriptor: openSync(path, fresh ? 'w' : 'a', 0o600), offset: fresh ? 0 : size };
}

function lastWords(path: string, offset: number): string {
  const lines = readFileSync(path).subarray(offset).toString('utf8').trimEnd().split('\n');
  return lines
    .slice(-12)
    .map((line) => `    | ${line}`)
    .join('\n');
}

function defined(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
