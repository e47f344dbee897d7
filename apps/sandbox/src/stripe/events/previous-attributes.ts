type Fields = Readonly<Record<string, unknown>>;

/** What changed, as it was before: objects are compared field by field, lists as a whole. */
export function previousAttributes(before: Fields, after: Fields): Record<string, unknown> {
  const previous: Record<string, unknown> = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is] = [before[name], after[name]];
    if (JSON.stringify(was) === JSON.stringify(is)) continue;
    previous[name] = isFields(was) && isFields(is) ? previousAttributes(was, is) : (was ?? null);
  }
  return structuredClone(previous);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
