import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What an installed package says of itself. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: unknown;
  readonly licenses?: unknown;
  readonly scripts?: Readonly<Record<string, string>>;
  /** Whether npm would compile it without being told to. */
  readonly compiles: boolean;
  /** Whether a licence text says the terms of MIT. */
  readonly mitText: boolean;
}

/** Of all packages in pnpm's store of a clone, by `name@version`. */
export function installedPackages(root: string): ReadonlyMap<string, Manifest> {
  const store = join(root, 'node_modules/.pnpm');
  const manifests = readdirSync(store, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(store, entry.name, 'node_modules')))
    .flatMap((entry) => foldersIn(join(store, entry.name, 'node_modules')).map(read));
  return new Map(manifests.map((manifest) => [`${manifest.name}@${manifest.version}`, manifest]));
}

/** The packages of a folder that are there, rather than linked to. */
function foldersIn(folder: string, scope = ''): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory()) return [];
    if (entry.name.startsWith('@') && scope === '') return foldersIn(join(folder, entry.name), entry.name);
    return existsSync(join(folder, entry.name, 'package.json')) ? [join(folder, entry.name)] : [];
  });
}

function read(folder: string): Manifest {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const text = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  return {
    ...manifest,
    compiles: existsSync(join(folder, 'binding.gyp')),
    mitText:
      text !== undefined &&
      readFileSync(join(folder, text), 'utf8').includes('Permission is hereby granted, free of charge'),
  };
}
