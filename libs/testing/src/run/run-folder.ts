import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ProcessIdentity, clearOrphan, identityOf, isRunning, stopLeftover } from '@signalbox/embedded-postgres';
import { SCRATCH_FOLDERS, scratchFolder } from './scratch.js';

/** All runs of this user; a folder each, so that two runs at a time do not meet. */
const RUNS = `signalbox-tests-${process.getuid?.() ?? 'user'}`;

/** The folder of one run, with a note of who owns it, so that the next run can tell a killed one from a living one. */
export class RunFolder {
  private constructor(private readonly root: string) {}

  static async create(): Promise<RunFolder> {
    for (const scratch of SCRATCH_FOLDERS) await sweepKilledRuns(join(scratch, RUNS));
    const root = join(await scratchFolder(), RUNS, String(process.pid));
    await mkdir(join(root, 'tmp'), { recursive: true, mode: 0o711 });
    await writeFile(join(root, 'owner.json'), JSON.stringify(identityOf(process.pid)));
    return new RunFolder(root);
  }

  path(name: string): string {
    return join(this.root, name);
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}

async function sweepKilledRuns(runs: string): Promise<void> {
  for (const name of await readdir(runs).catch(() => [])) {
    const root = join(runs, name);
    const owner = await readFile(join(root, 'owner.json'), 'utf8').catch(() => undefined);
    if (owner !== undefined && isRunning(JSON.parse(owner) as ProcessIdentity)) continue;
    await clearOrphan(join(root, 'postgres/data'), () => undefined);
    const redis = await readFile(join(root, 'redis/redis.pid'), 'utf8').catch(() => undefined);
    if (redis !== undefined) await stopLeftover(Number(redis), (argument) => argument.includes('redis-server'));
    await rm(root, { recursive: true, force: true });
  }
}
