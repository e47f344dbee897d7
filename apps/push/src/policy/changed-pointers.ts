/**
 * JSON pointers (RFC 6901) to what differs between two documents: as deep as both are objects, and no deeper than a category's
 * or the defaults' own members. Arrays are one value.
 */
export function changedPointers(before: unknown, after: unknown, pointer = '', depth = 3): string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (depth === 0 || !isObject(before) || !isObject(after)) return [pointer];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .toSorted()
    .flatMap((key) =>
      changedPointers(
        before[key],
        after[key],
        `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`,
        depth - 1,
      ),
    );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
