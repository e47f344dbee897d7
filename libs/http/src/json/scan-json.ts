import { jsonPointer } from '../json-pointer.js';
import type { ProblemError } from '@signalbox/contracts';
import { unstorableText } from '../unstorable-text.js';

/** Containers inside containers. Deeper than any schema here, shallower than what recursion in a validator would mind. */
const MAX_DEPTH = 32;

/** Names that mean something to an object's prototype; no schema uses them, so nobody needs them. */
const PROTOTYPE_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

interface Visit {
  readonly value: object;
  readonly parent: Visit | undefined;
  readonly name: string | number;
  readonly depth: number;
}

/**
 * Finds what no route accepts in a parsed JSON value: nesting beyond `MAX_DEPTH`, text that Postgres cannot store,
 * prototype names, numbers beyond the range of a double. Iterative, since the input chooses the depth.
 */
export function scanJson(root: unknown): ProblemError[] {
  const errors: ProblemError[] = [];
  const waiting: Visit[] = [];
  inspect(root, undefined, '', 0, waiting, errors);
  for (let visit = waiting.pop(); visit !== undefined; visit = waiting.pop()) {
    if (Array.isArray(visit.value)) {
      for (let index = 0; index < visit.value.length; index += 1) {
        inspect(visit.value[index], visit, index, visit.depth, waiting, errors);
      }
    } else {
      for (const [name, value] of Object.entries(visit.value)) {
        const reason = PROTOTYPE_NAMES.has(name) ? 'is a reserved name' : unstorableText(name);
        if (reason === undefined) inspect(value, visit, name, visit.depth, waiting, errors);
        else errors.push({ pointer: pointerOf(visit, name), reason: `name ${reason}` });
      }
    }
  }
  return errors;
}

function inspect(
  value: unknown,
  parent: Visit | undefined,
  name: string | number,
  parentDepth: number,
  waiting: Visit[],
  errors: ProblemError[],
): void {
  if (typeof value === 'string') {
    const reason = unstorableText(value);
    if (reason !== undefined) errors.push({ pointer: pointerOf(parent, name), reason });
  } else if (typeof value === 'object' && value !== null) {
    if (parentDepth < MAX_DEPTH) waiting.push({ value, parent, name, depth: parentDepth + 1 });
    else
      errors.push({ pointer: pointerOf(parent, name), reason: `must not be nested deeper than ${MAX_DEPTH} levels` });
  } else if (typeof value === 'number' && !Number.isFinite(value)) {
    errors.push({ pointer: pointerOf(parent, name), reason: 'must be a number that a double can hold' });
  }
}

function pointerOf(parent: Visit | undefined, name: string | number): string {
  if (parent === undefined) return '';
  const path: (string | number)[] = [name];
  for (let visit = parent; visit.parent !== undefined; visit = visit.parent) path.push(visit.name);
  return jsonPointer(path.reverse());
}
