import { problems } from './problems.js';

/**
 * Says of a member that belongs to the design and is not built yet that it is not available, rather than that it is
 * unknown. `features` maps a JSON pointer of plain names (`/to/topic`) to what it would be.
 *
 * @throws Problem 422 `not_available` for the first such member that is present.
 */
export function refuseNotAvailable(features: Readonly<Record<string, string>> | undefined, body: unknown): void {
  for (const [pointer, feature] of Object.entries(features ?? {})) {
    if (isPresent(body, pointer.split('/').slice(1))) {
      throw problems.notAvailable(pointer, `${feature} are not available in this version`);
    }
  }
}

function isPresent(value: unknown, path: readonly string[]): boolean {
  let here = value;
  for (const name of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, name)) return false;
    here = (here as Readonly<Record<string, unknown>>)[name];
  }
  return true;
}
