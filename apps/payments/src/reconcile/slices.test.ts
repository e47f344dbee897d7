import { describe, expect, it } from '@jest/globals';
import { HANDLED_TYPES } from '../process/handlers/index.js';
import { SNAPSHOT_SLICES, THIN_SLICES } from './slices.js';

const typesOf = (slices: typeof SNAPSHOT_SLICES): string[] => slices.flatMap(({ types }) => types);

describe('what is compared', () => {
  it('is every type that something follows from, each once', () => {
    expect(typesOf(THIN_SLICES).sort()).toEqual(HANDLED_TYPES.map((type) => `v1.${type}`).sort());
  });

  it('is, of snapshots, what Stripe has snapshots of', () => {
    const thinOnly = THIN_SLICES.find(({ name }) => name === 'thin.subscriptions')!.types;
    const others = HANDLED_TYPES.filter((type) => !thinOnly.includes(`v1.${type}`));
    expect(typesOf(SNAPSHOT_SLICES).sort()).toEqual([...others].sort());
  });

  it('is asked for by twenty types at most', () => {
    for (const { types } of [...SNAPSHOT_SLICES, ...THIN_SLICES]) expect(types.length).toBeLessThanOrEqual(20);
  });
});
