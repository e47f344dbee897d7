import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Account } from './account.js';
import type { Binaries } from './binaries.js';
import { childEnvironment } from './child-environment.js';
import { DataDirectoryRefused } from './errors.js';

/** The major version whose files our binaries read. */
const MAJOR = '18';

/** What a cluster folder holds once it is whole. */
export interface Cluster {
  readonly data: string;
  readonly password: string;
}

export interface PrepareOptions {
  readonly folder: string;
  readonly binaries: Binaries;
  readonly account: Account | undefined;
  /** Leaves the files unsynced: for clusters that nobody will miss. */
  readonly throwaway: boolean;
  readonly onNotice: (line: string) => void;
}

/**
 * Opens the cluster in `folder`, or makes it. A new one is built beside its place and renamed when it is whole, with the
 * marker written last; so a folder without the marker is the rest of an interrupted run, and is moved aside, not deleted.
 *
 * @throws DataDirectoryRefused when a whole cluster is damaged, or of another major version: it may hold kept data.
 */
export async function prepareCluster(options: PrepareOptions): Promise<Cluster> {
  const data = join(options.folder, 'data');
  const passwordFile = join(options.folder, 'password');
  await sweepUnfinished(options.folder);
  if (existsSync(data) && !existsSync(join(data, MARKER))) {
    const aside = `${data}.incomplete-${Date.now()}`;
    await rename(data, aside);
    options.onNotice(`the database folder was only half made; it was moved to ${aside}, and a new one is made`);
  }
  if (!existsSync(data)) await makeCluster(data, passwordFile, options);
  await refuseDamaged(data, passwordFile);
  return { data, password: (await readFile(passwordFile, 'utf8')).trim() };
}

const MARKER = 'signalbox.complete';
const MAKING = 'making-';

async function makeCluster(data: string, passwordFile: string, options: PrepareOptions): Promise<void> {
  const making = join(options.folder, `${MAKING}${process.pid}`);
  await writeOwned(passwordFile, `${randomBytes(24).toString('base64url')}\n`, options.account);
  await runInitdb(making, passwordFile, options);
  await writeOwned(join(making, MARKER), `${new Date().toISOString()}\n`, options.account);
  await rename(making, data);
}

/** The rests of an initdb that was killed; they were never in use. */
async function sweepUnfinished(folder: string): Promise<void> {
  const rests = (await readdir(folder)).filter((name) => name.startsWith(MAKING));
  await Promise.all(rests.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

async function writeOwned(path: string, content: string, account: Account | undefined): Promise<void> {
  await writeFile(path, content, { mode: 0o600 });
  if (account) await chown(path, account.uid, account.gid);
}

async function refuseDamaged(data: string, passwordFile: string): Promise<void> {
  const remedy = `restore it from a backup, or, if its data may go, delete ${data} and start again`;
  const version = await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => '');
  const missing = ['PG_VERSION', 'global/pg_control', 'base', 'pg_wal'].filter((name) => !existsSync(join(data, name)));
  if (!existsSync(passwordFile)) missing.push('../password');
  if (missing.length > 0)
    throw new DataDirectoryRefused(`the database in ${data} lacks ${missing.join(', ')}; ${remedy}`);
  if (version.trim() !== MAJOR) {
    throw new DataDirectoryRefused(
      `the database in ${data} was made by Postgres ${version.trim()}, this is ${MAJOR}; dump it with the old version, or, if its data may go, delete it and start again`,
    );
  }
}

/** Builtin collation, so that text sorts and folds alike on every operating system, whatever locales it has. */
const LOCALE = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-locale'];

async function runInitdb(data: string, passwordFile: string, options: PrepareOptions): Promise<void> {
  const settings = [
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--no-instructions',
    ...LOCALE,
  ];
  const child = spawn(
    options.binaries.initdb,
    [`--pgdata=${data}`, ...settings, ...(options.throwaway ? ['--no-sync'] : [])],
    {
      cwd: options.folder,
      env: childEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(options.account && { uid: options.account.uid, gid: options.account.gid }),
    },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  const code = await new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (exit, signal) => resolve(exit ?? signal ?? 'unknown'));
  });
  if (code === 0) return;
  const reason = said.trim().split('\n').slice(-3).join(' ');
  throw new DataDirectoryRefused(
    `Postgres could not make its data directory in ${options.folder} (initdb: ${reason || code}); check free space and permissions there`,
  );
}
