/**
 * `npm run restore-drill`: proves that a backup can be restored, and prints the proof. Exit code 0: it can; 1: it cannot; 2: the drill
 * could not run. Changes nothing where it copies from, and delivers nothing.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from './config.ts';
import { drill } from './drill.ts';
import { proofLines } from './proof-lines.ts';

const USAGE = `Usage: npm run restore-drill [-- --keep FOLDER | --from FOLDER]

Copies every table of DATABASE_URL (or of the Signalbox that npm start runs from this folder) in one snapshot, restores the copy
into a Postgres of its own, and compares. docs/runbooks/restore.md has what it proves and how a real restore goes.

  --keep FOLDER  keep the copy there
  --from FOLDER  restore a copy that was kept, instead of taking one

Environment: DATABASE_URL, MASTER_KEY or MASTER_KEY_FILE`;

const repository = join(import.meta.dirname, '..', '..');
try {
  const { values } = parseArgs({
    options: { keep: { type: 'string' }, from: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help === true) {
    console.log(USAGE);
  } else {
    const { keep, from } = values;
    const proof = await drill({
      repository,
      config: readConfig(repository),
      keep,
      from,
      say: (line) => console.log(`  ${line}`),
    });
    console.log(proofLines(proof).join('\n'));
    process.exitCode = proof.failures.length === 0 ? 0 : 1;
  }
} catch (error) {
  console.error(`signalbox: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
