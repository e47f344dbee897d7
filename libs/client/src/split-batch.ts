/** What the service takes in one request: lines, and bytes (its limit is 2.5 MiB; the envelope needs some). */
const LINES = 500;
const BYTES = 2.25 * 1024 * 1024;

/** Cuts a list into parts that fit into one request each, in order. A line that is too large alone is a part alone. */
export function splitBatch<Line>(
  lines: readonly Line[],
  limits: { readonly lines: number; readonly bytes: number } = { lines: LINES, bytes: BYTES },
): Line[][] {
  const parts: Line[][] = [];
  let part: Line[] = [];
  let bytes = 0;
  for (const line of lines) {
    const size = Buffer.byteLength(JSON.stringify(line)) + 1;
    if (part.length > 0 && (part.length === limits.lines || bytes + size > limits.bytes)) {
      parts.push(part);
      part = [];
      bytes = 0;
    }
    part.push(line);
    bytes += size;
  }
  return part.length === 0 ? parts : [...parts, part];
}
