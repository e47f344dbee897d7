import { containsCardNumber, isCardNumber } from '@signalbox/card-number';
import type { ProblemError } from '@signalbox/contracts';
import { CARD_IN_NAME, CARD_IN_VALUE } from '../card-number-problem.js';
import { jsonPointer } from '../json-pointer.js';
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

interface Findings {
  readonly errors: readonly ProblemError[];
  readonly cardNumbers: readonly ProblemError[];
}

/**
 * Finds what no route accepts in a parsed JSON value: card numbers, nesting beyond `MAX_DEPTH`, text that Postgres cannot
 * store, prototype names, numbers beyond the range of a double. Iterative, since the input chooses the depth.
 *
 * @param written the JSON that `root` was parsed from: an integer beyond 2^53 has all its digits only there.
 */
export function scanJson(root: unknown, written: string): Findings {
  const scan = new Scan(written);
  scan.inspect(root, undefined, '');
  for (let visit = scan.waiting.pop(); visit !== undefined; visit = scan.waiting.pop()) {
    if (Array.isArray(visit.value)) {
      for (let index = 0; index < visit.value.length; index += 1) scan.inspect(visit.value[index], visit, index);
    } else {
      for (const [name, value] of Object.entries(visit.value)) {
        if (scan.acceptsName(name, visit)) scan.inspect(value, visit, name);
      }
    }
  }
  return scan;
}

class Scan implements Findings {
  readonly errors: ProblemError[] = [];
  readonly cardNumbers: ProblemError[] = [];
  readonly waiting: Visit[] = [];
  private cardIsWritten: boolean | undefined;

  constructor(private readonly written: string) {}

  /** Whether what stands under this name is worth looking at. */
  acceptsName(name: string, visit: Visit): boolean {
    const reason = PROTOTYPE_NAMES.has(name) ? 'is a reserved name' : unstorableText(name);
    if (reason !== undefined) this.errors.push({ pointer: pointerOf(visit, name), reason: `name ${reason}` });
    if (containsCardNumber(name)) {
      this.cardNumbers.push({ pointer: pointerOf(visit.parent, visit.name), reason: CARD_IN_NAME });
    }
    return reason === undefined;
  }

  inspect(value: unknown, parent: Visit | undefined, name: string | number): void {
    if (typeof value === 'string') {
      const reason = unstorableText(value);
      if (reason !== undefined) this.errors.push({ pointer: pointerOf(parent, name), reason });
      if (containsCardNumber(value)) this.cardNumbers.push({ pointer: pointerOf(parent, name), reason: CARD_IN_VALUE });
    } else if (typeof value === 'object' && value !== null) {
      const depth = (parent?.depth ?? 0) + 1;
      if (depth <= MAX_DEPTH) this.waiting.push({ value, parent, name, depth });
      else {
        const reason = `must not be nested deeper than ${MAX_DEPTH} levels`;
        this.errors.push({ pointer: pointerOf(parent, name), reason });
      }
    } else if (typeof value === 'number') {
      if (!Number.isFinite(value)) {
        const reason = 'must be a number that a double can hold';
        this.errors.push({ pointer: pointerOf(parent, name), reason });
      }
      if (isCardNumber(value) || (Math.abs(value) > Number.MAX_SAFE_INTEGER && this.isCardWritten())) {
        this.cardNumbers.push({ pointer: pointerOf(parent, name), reason: CARD_IN_VALUE });
      }
    }
  }

  private isCardWritten(): boolean {
    return (this.cardIsWritten ??= containsCardNumber(this.written));
  }
}

function pointerOf(parent: Visit | undefined, name: string | number): string {
  if (parent === undefined) return '';
  const path: (string | number)[] = [name];
  for (let visit = parent; visit.parent !== undefined; visit = visit.parent) path.push(visit.name);
  return jsonPointer(path.reverse());
}
