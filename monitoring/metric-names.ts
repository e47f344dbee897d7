/** Words of PromQL that stand where a metric could. */
const WORDS = new Set([
  'and',
  'or',
  'unless',
  'offset',
  'on',
  'ignoring',
  'by',
  'without',
  'group_left',
  'bool',
  'Inf',
]);

/** The metrics that an expression asks for. */
export function metricNames(expr: string): string[] {
  const bare = expr
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '')
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, ' ')
    .replaceAll(/\b(?:by|without|on|ignoring|group_left)\s*\([^)]*\)/g, ' ')
    // Durations and numbers.
    .replaceAll(/\b\d[\w.]*(?:-\d+)?/g, ' ');
  const names = [...bare.matchAll(/[a-zA-Z_:][\w:]*(?!\w|:)(?!\s*\()/g)].map(([name]) => name);
  return [...new Set(names)].filter((name) => !WORDS.has(name));
}
