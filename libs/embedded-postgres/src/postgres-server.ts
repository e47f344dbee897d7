import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Account, postgresAccount } from './account.js';
import { type Binaries, findBinaries } from './binaries.js';
import { childEnvironment } from './child-environment.js';
import { ensureDatabase } from './ensure-database.js';
import { PostgresDidNotStart } from './errors.js';
import { freePort } from './free-port.js';
import { type Cluster, prepareCluster } from './data-directory.js';
import { openLog, tailOfLog } from './server-log.js';
import { placeCluster } from './placement.js';
import { claimCluster } from './owner-note.js';
import { clearOrphan, readPostmasterFile } from './postmaster-file.js';

export interface PostgresOptions {
  /** Holds the cluster, its password and its log; made when it is missing. */
  readonly directory: string;
  /** On 127.0.0.1 only; 0 takes a free one, the same on every restart. */
  readonly port: number;
  /** Settings of postgresql.conf, such as `{ max_connections: 100, fsync: 'off' }`. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Skips syncing while the cluster is made: for clusters that nobody will miss. */
  readonly throwaway?: boolean;
  /** Hears, in plain sentences, of everything unusual: a copy, another folder, an orphan, a half-made directory. */
  readonly onNotice?: (line: string) => void;
}

/** How a server process ended. */
export interface PostgresExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last lines of the server's log. */
  readonly said: string;
}

/**
 * `fast` rolls back what is open, writes a checkpoint and leaves a clean directory; `immediate` drops everything, and
 * the next start replays the write-ahead log, as after a power cut.
 */
export type StopMode = 'fast' | 'immediate';

const STOP_SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const satisfies Record<StopMode, NodeJS.Signals>;

/** Milliseconds until a server must accept connections; recovery after a crash is part of it. */
const START_PATIENCE = 60_000;

/** One Postgres of ours: started, stopped, killed and started again on the same data and port. */
export class PostgresServer {
  private child: ChildProcess | undefined;
  private ended: Promise<PostgresExit> | undefined;

  private constructor(
    /** Where the cluster really is; root may have got another folder than it asked for. */
    readonly directory: string,
    readonly port: number,
    private readonly cluster: Cluster,
    private readonly binaries: Binaries,
    private readonly account: Account | undefined,
    private readonly options: PostgresOptions,
  ) {}

  /**
   * Makes the cluster if there is none, clears what a killed run left behind, and starts the server.
   *
   * @throws PostgresUnavailable, DataDirectoryRefused, PortTaken or PostgresDidNotStart, each with its remedy.
   */
  static async open(options: PostgresOptions): Promise<PostgresServer> {
    const onNotice = options.onNotice ?? (() => undefined);
    const account = postgresAccount(options.directory);
    const folder = await placeCluster(options.directory, account, onNotice);
    const binaries = await findBinaries(account, onNotice);
    await claimCluster(folder);
    await clearOrphan(join(folder, 'data'), onNotice);
    const cluster = await prepareCluster({
      folder,
      binaries,
      account,
      throwaway: options.throwaway ?? false,
      onNotice,
    });
    const port = await freePort(options.port);
    const server = new PostgresServer(folder, port, cluster, binaries, account, options);
    await server.start();
    return server;
  }

  /** A connection string; the password is in it. */
  url(database = 'postgres'): string {
    return `postgres://postgres:${this.cluster.password}@127.0.0.1:${this.port}/${database}`;
  }

  /** Process id of the running postmaster. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  get logFile(): string {
    return join(this.directory, 'server.log');
  }

  /** Resolves when the running server ends, for whatever reason. */
  get exited(): Promise<PostgresExit> {
    return this.ended ?? Promise.reject(new Error('Postgres was not started'));
  }

  /** Makes the database when it is missing. */
  async ensureDatabase(name: string): Promise<void> {
    await ensureDatabase(this.url(), name);
  }

  /** Starts the stopped or dead server again on the same data and port, and resolves when it accepts connections. */
  async start(): Promise<void> {
    // After a SIGKILL of the postmaster its children hold shared memory until they notice; a first start may fail on it.
    for (let attempt = 1; ; attempt += 1) {
      const failure = await this.startOnce();
      if (failure === undefined) return;
      if (attempt === 5)
        throw new PostgresDidNotStart(`Postgres did not start: ${failure}; its log is ${this.logFile}`);
      await delay(attempt * 200);
    }
  }

  /** Ends the server and resolves when its process is gone. */
  async stop(mode: StopMode = 'fast'): Promise<void> {
    await this.end(STOP_SIGNALS[mode]);
  }

  /** SIGKILL of the postmaster: what a power cut or the out-of-memory killer does. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Ends the server and deletes its data, wherever that was placed: for clusters that nobody will miss. */
  async discard(): Promise<void> {
    await this.stop('immediate');
    await rm(this.directory, { recursive: true, force: true });
  }

  /** @returns why it failed, or undefined when it runs. */
  private async startOnce(): Promise<string | undefined> {
    const log = openLog(this.logFile, this.account);
    const child = spawn(this.binaries.postgres, ['-D', this.cluster.data, ...this.settings()], {
      cwd: this.directory,
      env: childEnvironment(),
      // A session of its own: Ctrl-C in a terminal reaches the launcher alone, which stops things in order.
      detached: true,
      stdio: ['ignore', log.descriptor, log.descriptor],
      ...(this.account && { uid: this.account.uid, gid: this.account.gid }),
    });
    closeSync(log.descriptor);
    this.child = child;
    let exit: PostgresExit | undefined;
    this.ended = new Promise((resolve) => {
      const settle = (how: PostgresExit): void => resolve((exit = how));
      child.once('error', (error) => settle({ code: null, signal: null, said: error.message }));
      child.once('exit', (code, signal) => settle({ code, signal, said: tailOfLog(this.logFile, log.offset) }));
    });
    for (const end = Date.now() + START_PATIENCE; Date.now() < end; await delay(15)) {
      if (exit) return exit.said;
      const file = readPostmasterFile(this.cluster.data);
      if (file?.ready && file.pid === child.pid) return undefined;
    }
    await this.kill();
    return `it accepted no connection within ${START_PATIENCE / 1000} s`;
  }

  private settings(): string[] {
    const all = {
      listen_addresses: '127.0.0.1',
      port: this.port,
      // No socket files: they would lie in a folder that other users share.
      unix_socket_directories: '',
      timezone: 'UTC',
      log_timezone: 'UTC',
      // A refusal's detail is the row that was refused.
      log_error_verbosity: 'terse',
      ...this.options.settings,
    };
    return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child, ended } = this;
    if (!child || !ended) return;
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await ended;
  }
}
