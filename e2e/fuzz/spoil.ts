import fc from 'fast-check';
import { oddName, oddValue } from './odd-values.js';

type Path = readonly (string | number)[];

export interface Spoiled {
  readonly value: unknown;
  /** JSON pointer of what was changed. */
  readonly pointer: string;
}

/** A value with one place of it changed: another value, none, or a member more. */
export function spoiled(values: fc.Arbitrary<unknown>): fc.Arbitrary<Spoiled> {
  const change = fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('replace' as const), by: oddValue }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('add' as const), name: oddName, by: oddValue }) },
  );
  return fc.tuple(values, fc.nat(), change).map(([value, where, how]) => {
    const paths = [...places(value)];
    const path = paths[where % paths.length]!;
    switch (how.kind) {
      case 'replace':
        return { value: changed(value, path, () => how.by), pointer: jsonPointer(path) };
      case 'remove':
        return { value: changed(value, path, () => undefined), pointer: jsonPointer(path) };
      case 'add':
        return {
          value: changed(value, path, (at) => (isObject(at) ? withMember(at, how.name, how.by) : how.by)),
          pointer: jsonPointer(path),
        };
    }
  });
}

function* places(value: unknown, path: Path = []): Generator<Path> {
  yield path;
  if (Array.isArray(value)) for (const [at, item] of value.entries()) yield* places(item, [...path, at]);
  else if (isObject(value)) for (const [name, member] of Object.entries(value)) yield* places(member, [...path, name]);
}

function changed(value: unknown, [first, ...rest]: Path, by: (old: unknown) => unknown): unknown {
  if (first === undefined) return by(value);
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, at) => {
      if (at !== first) return [item];
      const next = changed(item, rest, by);
      return next === undefined ? [] : [next];
    });
  }
  return Object.fromEntries(
    Object.entries(value as object).flatMap(([name, member]: [string, unknown]) => {
      if (name !== first) return [[name, member]];
      const next = changed(member, rest, by);
      return next === undefined ? [] : [[name, next]];
    }),
  );
}

/** Also one that is called `__proto__`. */
function withMember(object: object, name: string, by: unknown): object {
  return Object.fromEntries([...Object.entries(object), [name, by]]);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function jsonPointer(path: Path): string {
  return path.map((name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
