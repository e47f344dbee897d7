import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataDirectoryRefused } from './errors.js';
import { isServed } from './postmaster-file.js';
import { type ProcessIdentity, identityOf, isRunning } from './process-identity.js';

/**
 * Notes that this process runs the cluster. A server whose owner is dead is an orphan and may be stopped; one whose
 * owner lives must not be.
 *
 * @throws DataDirectoryRefused when a living process runs a server on it.
 */
export async function claimCluster(folder: string): Promise<void> {
  const path = join(folder, 'owner.json');
  const note = await readFile(path, 'utf8').catch(() => undefined);
  const owner = note === undefined ? undefined : parse(note);
  if (owner && isRunning(owner) && isServed(join(folder, 'data'))) {
    throw new DataDirectoryRefused(`the database in ${folder} is in use by process ${owner.pid}; stop that one first`);
  }
  await writeFile(path, JSON.stringify(identityOf(process.pid)), { mode: 0o600 });
}

/** A note cut short by a crash is no claim. */
function parse(note: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(note) as ProcessIdentity;
  } catch {
    return undefined;
  }
}
