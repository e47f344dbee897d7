import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type Account, canEnterAbove } from './account.js';
import { DataDirectoryRefused } from './errors.js';

/** Where root keeps what a borrowed account must reach. */
export const ROOT_STATE = '/var/lib/signalbox';

/** In the wanted folder, the path of the one that stands in for it. */
const MOVED_TO = 'moved-to';

/**
 * Makes the folder that holds the cluster, owned by whoever runs Postgres. It is the wanted one unless a borrowed
 * account may not enter the folders above it; then a folder under {@link ROOT_STATE} stands in. The wanted folder names
 * its stand-in, so that a clone which is deleted and made again does not meet a database of the first one's secrets.
 *
 * @throws DataDirectoryRefused when the folder cannot be made or belongs to somebody else.
 */
export async function placeCluster(
  wanted: string,
  account: Account | undefined,
  onNotice: (line: string) => void,
): Promise<string> {
  const asked = resolve(wanted);
  try {
    await mkdir(asked, { recursive: true, mode: 0o700 });
    if (!account) refuseForeignFolder(asked);
    const folder = !account || canEnterAbove(account, asked) ? asked : await standIn(asked);
    if (account) await chown(folder, account.uid, account.gid);
    if (account && folder !== asked) {
      onNotice(`Postgres keeps its data in ${folder}, because user ${account.name} may not enter ${dirname(asked)}`);
    }
    return folder;
  } catch (error) {
    if (error instanceof DataDirectoryRefused) throw error;
    throw new DataDirectoryRefused(
      `cannot make the folder ${asked} (${codeOf(error)}); give your user write permission there, or move the clone to a folder of yours`,
    );
  }
}

async function standIn(asked: string): Promise<string> {
  const note = join(asked, MOVED_TO);
  const known = await readFile(note, 'utf8').catch(() => '');
  const folder = known.trim() || join(ROOT_STATE, randomBytes(6).toString('hex'));
  await mkdir(ROOT_STATE, { recursive: true });
  // Also under a umask that shuts others out, the borrowed account must get in.
  await chmod(ROOT_STATE, 0o755);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(note, `${folder}\n`);
  return folder;
}

function refuseForeignFolder(folder: string): void {
  const uid = process.getuid?.();
  const owner = statSync(folder).uid;
  if (uid === undefined || owner === uid) return;
  throw new DataDirectoryRefused(
    `${folder} belongs to user id ${owner}, and you are ${uid}; run as that user, or hand it over: sudo chown -R ${uid} ${folder}`,
  );
}

/** The short reason of a failed system call, such as EACCES. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
