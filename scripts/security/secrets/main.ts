import { join } from 'node:path';
import { filesOfHistory, trackedFiles } from './files.ts';
import { isFixture, unusedFixtures } from './fixtures.ts';
import { type Found, secretsIn } from './scan.ts';

// npm run secrets: nothing in the files that are tracked looks like a secret, but for what is played with in tests.
// npm run secrets -- --history: nor in any version of any file that was ever committed.
const root = join(import.meta.dirname, '../../..');
const history = process.argv.includes('--history');
const found: Found[] = [];
let files = 0;
for (const { file, text } of history ? filesOfHistory(root) : trackedFiles(root)) {
  files += 1;
  found.push(...(await secretsIn(file, text)));
}
const real = found.filter((each) => !isFixture(each, history ? 'history' : 'now'));
for (const { file, line, rule, hint, digest } of real)
  console.error(`${file}:${line} looks like a secret (${rule}): ${hint}… If it is none: ${digest}`);
const unused = history ? [] : unusedFixtures(found);
for (const fixture of unused)
  console.error(`scripts/security/secrets/fixtures.ts allows what is nowhere any more: ${fixture}`);
console.log(`${files} files, ${real.length} secrets, ${found.length - real.length} fixtures`);
process.exitCode = real.length + unused.length > 0 ? 1 : 0;
