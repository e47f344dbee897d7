import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';

/** Files in memory; on Linux only. */
const IN_MEMORY = '/dev/shm';
/** Bytes. A run has some hundred megabytes there at its most, and its services need memory besides. */
const ROOM = 4 * 2 ** 30;

/**
 * Where a run keeps what it writes: in memory, where there is room. It is not the bytes: ext4 gives out no inode that was deleted a
 * minute ago, and looks for another, one by one. A database is hundreds of files, a run makes and drops hundreds of databases, and
 * cloning the template took 600 ms of CPU, where it takes 40 in memory.
 */
export async function scratchFolder(): Promise<string> {
  try {
    await access(IN_MEMORY, constants.W_OK);
    const { bavail, bsize } = await statfs(IN_MEMORY);
    return Math.min(bavail * bsize, process.availableMemory()) >= ROOM ? IN_MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}

/** Where runs before this one may have been. */
export const SCRATCH_FOLDERS: readonly string[] = [IN_MEMORY, tmpdir()];
