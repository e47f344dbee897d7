import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { brokenBounds } from './broken-bounds.ts';
import type { Result } from './result.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, '.ci/out');

/** Writes everything that came of these runs, with what it ran on. @returns the file. */
export async function writeResults(results: readonly Result[]): Promise<string> {
  const { version, dependencies } = await versions();
  const document = {
    at: new Date().toISOString(),
    machine: { cpus: availableParallelism(), model: cpus()[0]?.model, memoryGb: Math.round(totalmem() / 2 ** 30) },
    versions: { node: process.version, signalbox: version, ...dependencies },
    runs: results.map((result) => ({
      ...result,
      broken: result.product === 'signalbox' ? brokenBounds(result) : undefined,
    })),
  };
  await mkdir(FOLDER, { recursive: true });
  const file = join(FOLDER, `chaos-${document.at.replaceAll(/[:.]/g, '-')}.json`);
  await writeFile(file, `${JSON.stringify(document, null, 2)}\n`);
  return file;
}

async function versions(): Promise<{ version: string; dependencies: Record<string, string> }> {
  const read = async (path: string): Promise<Record<string, unknown>> =>
    JSON.parse(await readFile(join(ROOT, path), 'utf8')) as Record<string, unknown>;
  const [own, postgres, bullmq] = await Promise.all([
    read('package.json'),
    read('libs/embedded-postgres/package.json'),
    read('libs/queues/package.json'),
  ]);
  const of = (manifest: Record<string, unknown>, name: string): string =>
    (manifest['dependencies'] as Record<string, string>)[name] ?? '';
  return {
    version: String(own['version']),
    dependencies: { postgres: of(postgres, 'embedded-postgres'), bullmq: of(bullmq, 'bullmq') },
  };
}
