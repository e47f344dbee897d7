import { createHash } from 'node:crypto';
import { type Manifest } from '../dependencies/installed.ts';
import { licenceOf } from '../dependencies/licences.ts';
import { type Lockfile, neededBy, packageOf, partsOf, reachable } from '../dependencies/lockfile.ts';

/** `installed`: of what runs, what is on this machine; optional packages of others are not. */
export type Extent = 'runtime' | 'installed' | 'all';

/**
 * A CycloneDX 1.6 document of what an installation consists of. The same lockfile makes the same document, to the byte: it has no time,
 * and its serial number is that of the lockfile.
 *
 * @param installed where licences are read; packages of other kinds of machines are named without.
 * @param without beginnings of names of packages that are taken out of it afterwards.
 */
export function bomOf(
  lockfile: Lockfile,
  installed: ReadonlyMap<string, Manifest>,
  version: string,
  extent: Extent,
  without: readonly string[] = [],
): object {
  const isThere = (id: string) =>
    (extent !== 'installed' || installed.has(id)) && !without.some((name) => id.startsWith(name));
  const snapshots = [...reachable(lockfile, extent === 'all' ? 'all' : 'runtime')].filter((snapshot) =>
    isThere(packageOf(snapshot)),
  );
  const ids = [...new Set(snapshots.map(packageOf))].toSorted();
  const needs = new Map<string, Set<string>>(ids.map((id) => [id, new Set()]));
  for (const snapshot of snapshots)
    for (const needed of neededBy(lockfile.snapshots[snapshot]!).map(packageOf).filter(isThere))
      needs.get(packageOf(snapshot))!.add(purlOf(needed));
  const root = `signalbox@${version}`;
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(`${extent} ${version} ${JSON.stringify(lockfile.packages)}`)}`,
    version: 1,
    metadata: {
      component: {
        ...{ type: 'application', 'bom-ref': root, name: 'signalbox', version },
        licenses: [{ license: { id: 'Apache-2.0' } }],
      },
    },
    components: ids.map((id) => componentOf(id, lockfile, installed.get(id))),
    dependencies: [
      { ref: root, dependsOn: rootsOf(lockfile, extent).filter(isThere).map(purlOf).toSorted() },
      ...ids.map((id) => ({ ref: purlOf(id), dependsOn: [...needs.get(id)!].toSorted() })),
    ],
  };
}

function componentOf(id: string, { packages }: Lockfile, manifest: Manifest | undefined): object {
  const [name, version] = partsOf(id);
  const [group, short] = name.startsWith('@') ? name.split('/') : [undefined, name];
  const integrity = packages[id]!.resolution['integrity'] as string;
  const licence = manifest && licenceOf(manifest);
  return {
    ...{ type: 'library', 'bom-ref': purlOf(id), ...(group !== undefined && { group }), name: short, version },
    hashes: [{ alg: 'SHA-512', content: Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex') }],
    ...(licence !== undefined && {
      licenses: [/[ ()]/.test(licence) ? { expression: licence } : { license: { id: licence } }],
    }),
    purl: purlOf(id),
  };
}

/** https://github.com/package-url/purl-spec */
function purlOf(id: string): string {
  const [name, version] = partsOf(id);
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

function rootsOf(lockfile: Lockfile, extent: Extent): string[] {
  const wanted = Object.values(lockfile.importers).flatMap((importer) => [
    ...neededBy(importer),
    ...(extent === 'all' ? neededBy({ dependencies: importer.devDependencies ?? {} }) : []),
  ]);
  return [...new Set(wanted.map(packageOf))];
}

/** A UUID (version 8, RFC 9562) of a text. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
