import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PostgresServer } from '@signalbox/embedded-postgres';
import { appsOn } from './apps.ts';
import { assemble } from './assemble.ts';
import { tryApp, tryToWrite } from './try-app.ts';

/** `npm run image:check`: the Dockerfile's own steps in a clean folder, and every app started from what comes of them. */
const REPOSITORY = join(import.meta.dirname, '../..');
/** Not the machine's folder for scratch, which may be in memory: this is a gigabyte, and pnpm links into it. */
const SCRATCH = '/var/tmp';

if (!canContain()) {
  console.log('skipped: namespaces of processes and mounts need Linux and root');
} else {
  const folder = mkdtempSync(join(SCRATCH, 'signalbox-image-'));
  const began = Date.now();
  const say = (line: string): void =>
    console.log(`${((Date.now() - began) / 1_000).toFixed(0).padStart(4)} s  ${line}`);
  let postgres: PostgresServer | undefined;
  try {
    const image = assemble(REPOSITORY, folder);
    const size = execFileSync('du', ['-sm', image.root], { encoding: 'utf8' }).split('\t')[0];
    say(`every step of the Dockerfile; ${size} MB beside the base`);
    say(await tryToWrite(image));
    postgres = await PostgresServer.open({ directory: join(folder, 'postgres'), port: 0, throwaway: true });
    for (const app of await appsOn(postgres.url())) say(await tryApp(image, app));
  } finally {
    await postgres?.discard();
    rmSync(folder, { recursive: true, force: true });
  }
}

function canContain(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync('unshare', ['--mount', '--pid', '--fork', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
