import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installedPackages } from '../dependencies/installed.ts';
import { readLockfile } from '../dependencies/lockfile.ts';
import { bomOf, type Extent } from './bom.ts';

// npm run sbom: what an installation that runs consists of, as CycloneDX, into sbom.cdx.json or the file that is named.
// npm run sbom -- --all: with what builds and tests it.
// npm run sbom -- --here: only what is on this machine; --without=a,b: but for packages whose names begin so. That is how an image has it.
const root = join(import.meta.dirname, '../../..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const args = process.argv.slice(2);
const extent: Extent = args.includes('--all') ? 'all' : args.includes('--here') ? 'installed' : 'runtime';
const without = args
  .find((arg) => arg.startsWith('--without='))
  ?.slice('--without='.length)
  .split(',');
const file = args.find((arg) => !arg.startsWith('--')) ?? join(root, 'sbom.cdx.json');
const bom = bomOf(readLockfile(join(root, 'pnpm-lock.yaml')), installedPackages(root), version, extent, without);
writeFileSync(file, `${JSON.stringify(bom, undefined, 1)}\n`);
console.log(`${file}: ${(bom as { components: object[] }).components.length} packages`);
