/**
 * Why Postgres would refuse this string, or undefined. Its `text` and `jsonb` cannot hold U+0000, and a lone surrogate
 * has no UTF-8 form (node-postgres would silently store U+FFFD instead).
 */
export function unstorableText(text: string): string | undefined {
  if (text.includes('\u0000')) return 'must not contain U+0000 (NUL)';
  if (!text.isWellFormed()) return 'must not contain a lone surrogate (half of a UTF-16 pair)';
  return undefined;
}
