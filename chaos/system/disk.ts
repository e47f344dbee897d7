import { execFile } from 'node:child_process';
import { chmod, mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A file system of its own for Postgres, so that it can be filled without harm to anybody else. */
export interface Disk {
  readonly path: string;
  /** Leaves not a byte of room. */
  fill(): Promise<void>;
  free(): Promise<void>;
  unmount(): Promise<void>;
}

const BALLAST = 'ballast';

/**
 * An ext4 in a file behind a loop device, as a real disk is: with a journal, and fsync that means something.
 *
 * @returns undefined where mounting is not permitted; then a full disk cannot be played.
 */
export async function mountDisk(folder: string, megabytes: number): Promise<Disk | undefined> {
  const path = join(folder, 'disk');
  const image = join(folder, 'disk.img');
  try {
    await mkdir(path, { recursive: true });
    await run('truncate', ['-s', `${megabytes}M`, image]);
    await run('mkfs.ext4', ['-q', '-F', '-m', '0', image]);
    await run('mount', ['-o', 'loop', image, path]);
    await chmod(path, 0o755);
  } catch {
    await rm(image, { force: true });
    return undefined;
  }
  const ballast = join(path, BALLAST);
  return {
    path,
    async fill() {
      const { bavail, bsize } = await statfs(path);
      await run('fallocate', ['-l', String(bavail * bsize), ballast]).catch(() => undefined);
      // What fallocate leaves over in crumbs is filled by writing until nothing fits any more.
      await writeFile(`${ballast}-rest`, Buffer.alloc(4 * 1024 * 1024)).catch(() => undefined);
    },
    async free() {
      await rm(ballast, { force: true });
      await rm(`${ballast}-rest`, { force: true });
    },
    async unmount() {
      await run('umount', [path]);
      await rm(image, { force: true });
    },
  };
}
