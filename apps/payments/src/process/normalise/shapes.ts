import type { z } from 'zod';
import { UnknownShape } from './unknown-shape.js';

/** How an object looks from one API version on, until the next entry of its list. */
export interface Shape<Snapshot> {
  /** The date of the first API version that has it: `2025-03-31`. */
  readonly since: string;
  readonly schema: z.ZodType<Snapshot>;
}

/** Before every API version. */
export const ALWAYS = '0000-00-00';

/** A kind of object that looked the same in every version, as far as we read it. */
export const unchanged = <Snapshot>(schema: z.ZodType<Snapshot>): readonly Shape<Snapshot>[] => [
  { since: ALWAYS, schema },
];

/**
 * Reads an object in the shape of its API version. Pure; fields that we do not name are dropped, personal ones above all.
 *
 * @param shapes oldest first.
 * @param apiVersion `2025-03-31.basil`, or undefined where Stripe does not say: the newest shape.
 * @throws UnknownShape
 */
export function readShape<Snapshot>(
  shapes: readonly Shape<Snapshot>[],
  raw: unknown,
  apiVersion: string | undefined,
): Snapshot {
  const read = shapeAt(shapes, apiVersion).schema.safeParse(raw);
  if (!read.success) {
    const { path, message } = read.error.issues[0]!;
    throw new UnknownShape(jsonPath(path), message);
  }
  if (UNSTORABLE.test(JSON.stringify(read.data))) throw new UnknownShape('$', 'a text in it cannot be stored');
  return read.data;
}

/** NUL, or half a surrogate pair, as JSON escapes them: the backslash is not itself escaped. Postgres keeps neither. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

function shapeAt<Snapshot>(shapes: readonly Shape<Snapshot>[], apiVersion: string | undefined): Shape<Snapshot> {
  if (apiVersion === undefined) return shapes.at(-1)!;
  const date = /^\d{4}-\d{2}-\d{2}(?=$|[.])/.exec(apiVersion)?.[0];
  if (date === undefined) throw new UnknownShape('$', `the API version "${apiVersion.slice(0, 40)}" names no date`);
  return shapes.findLast((shape) => shape.since <= date)!;
}

function jsonPath(path: readonly PropertyKey[]): string {
  return ['$', ...path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))].join('');
}
