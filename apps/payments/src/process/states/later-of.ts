import { canonical } from './canonical.js';

/**
 * Of two looks at one object the later one, by where they stand in its life and never by when they arrived. The places decide,
 * number by number; where they are equal, the text of the content does: any rule would do, if only everybody keeps to it. So
 * every order of arrival ends at the same look.
 */
export function laterOf<Look extends object>(
  known: Look | undefined,
  seen: Look,
  placeOf: (look: Look) => readonly number[],
): Look {
  if (known === undefined) return seen;
  const [a, b] = [placeOf(known), placeOf(seen)];
  const differing = a.findIndex((number, index) => number !== b[index]);
  if (differing !== -1) return a[differing]! > b[differing]! ? known : seen;
  return canonical(known) >= canonical(seen) ? known : seen;
}
