import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '..');

interface Results {
  readonly comparisons: readonly { readonly name: string; readonly sides: readonly { readonly name: string }[] }[];
  readonly bounds: readonly { readonly name: string }[];
}

const read = (file: string): Results => JSON.parse(readFileSync(join(root, 'bench/results', file), 'utf8')) as Results;

/** What a row of the table names: `file` / comparison / side / field, or `file` / bound / field. */
function measured(place: string): number {
  const [file, name, ...rest] = place.split(' / ').map((part) => part.replaceAll('`', '').trim());
  const { comparisons, bounds } = read(file!);
  const [side, field] = rest.length === 2 ? rest : [undefined, rest[0]];
  const found: unknown =
    side === undefined
      ? bounds.find((bound) => bound.name === name)
      : comparisons.find((comparison) => comparison.name === name)?.sides.find((each) => each.name === side);
  return field!.split('.').reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], found) as number;
}

/** `docs/capacity.md` reckons with what was measured, and not with what somebody remembers. */
describe('the capacity page', () => {
  const rows = readFileSync(join(root, 'docs/capacity.md'), 'utf8')
    .split('\n')
    .filter((line) => line.includes('.json` / '))
    .map((line) => line.split('|').map((cell) => cell.trim()));

  it('has the figures that the benchmark wrote', () => {
    expect(rows.length).toBeGreaterThan(15);
    for (const [, , , value, place] of rows) {
      const said = value!.replaceAll(',', '');
      const figure = measured(place!);
      const digits = said.split('.')[1]?.length ?? 0;
      expect([place, figure.toFixed(digits)]).toEqual([place, said]);
    }
  });
});
