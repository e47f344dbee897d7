import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

interface Wanted {
  readonly specifier: string;
  readonly version: string;
}

interface Importer {
  readonly dependencies?: Readonly<Record<string, Wanted>>;
  readonly devDependencies?: Readonly<Record<string, Wanted>>;
  readonly optionalDependencies?: Readonly<Record<string, Wanted>>;
}

interface Snapshot {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  /** Nobody needs it: it is of another kind of machine, or what such a one needs. */
  readonly optional?: boolean;
}

/** As much of `pnpm-lock.yaml` (version 9) as is looked at here. */
export interface Lockfile {
  readonly lockfileVersion: string;
  readonly importers: Readonly<Record<string, Importer>>;
  /** By `name@version`. */
  readonly packages: Readonly<Record<string, { readonly resolution: Readonly<Record<string, unknown>> }>>;
  /** By `name@version(peers)`: the same package, once for each set of peers. */
  readonly snapshots: Readonly<Record<string, Snapshot>>;
}

/** @throws Error for a lockfile of another version, which would be read wrongly. */
export function readLockfile(file: string): Lockfile {
  const lockfile = parse(readFileSync(file, 'utf8')) as Lockfile;
  if (!lockfile.lockfileVersion.startsWith('9.'))
    throw new Error(`${file} is of version ${lockfile.lockfileVersion}; read are those of 9`);
  return lockfile;
}

/** `@scope/name@1.2.3(peer@4)` without its peers. */
export function packageOf(snapshot: string): string {
  return snapshot.replace(/\(.*$/, '');
}

/** @returns name and version. */
export function partsOf(id: string): readonly [name: string, version: string] {
  const at = id.lastIndexOf('@');
  return [id.slice(0, at), id.slice(at + 1)];
}

/** What a snapshot needs, as snapshots; packages of the workspace are none. */
export function neededBy({ dependencies, optionalDependencies }: Snapshot | Importer): string[] {
  return [dependencies, optionalDependencies].flatMap((wanted) =>
    Object.entries(wanted ?? {}).flatMap(([name, version]: [string, string | Wanted]) => {
      const exact = typeof version === 'string' ? version : version.version;
      if (exact.startsWith('link:')) return [];
      // An alias says which package it stands for.
      return [/^@?[^@(]+@/.test(exact) ? exact : `${name}@${exact}`];
    }),
  );
}

/**
 * The snapshots that are in an installation: of what runs only, or with what builds and tests it.
 *
 * @throws Error for a dependency that the lockfile does not have.
 */
export function reachable({ importers, snapshots }: Lockfile, what: 'runtime' | 'all'): Set<string> {
  const found = new Set<string>();
  const waiting = Object.values(importers).flatMap((importer) => [
    ...neededBy(importer),
    ...(what === 'all' ? neededBy({ dependencies: importer.devDependencies ?? {} }) : []),
  ]);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    const snapshot = snapshots[next];
    if (snapshot === undefined) throw new Error(`the lockfile has no ${next}`);
    found.add(next);
    waiting.push(...neededBy(snapshot));
  }
  return found;
}
