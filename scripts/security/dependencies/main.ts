import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { installedPackages } from './installed.ts';
import { readLockfile } from './lockfile.ts';
import { findings } from './rules.ts';

// npm run dependencies: pinned, from the registry, under licences that we may pass on, and without scripts that nobody asked for.
// Whether one of them is known to be vulnerable is asked in .github/workflows/ci.yml: that needs the internet.
const root = join(import.meta.dirname, '../../..');
const { allowBuilds } = parse(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')) as {
  allowBuilds: Record<string, boolean>;
};
const lockfile = readLockfile(join(root, 'pnpm-lock.yaml'));
const found = findings({ lockfile, installed: installedPackages(root), builds: allowBuilds });
for (const line of found) console.error(line);
console.log(`${Object.keys(lockfile.packages).length} packages, ${found.length} findings`);
process.exitCode = found.length > 0 ? 1 : 0;
