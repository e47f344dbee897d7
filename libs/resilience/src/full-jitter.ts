/**
 * Exponential backoff with full jitter: a random wait between nothing and `base * 2^(attempt-1)`, capped, but never
 * below `floor`. All in milliseconds; `attempt` counts from 1.
 */
export function fullJitter(
  attempt: number,
  limits: { base: number; cap: number; floor?: number },
  random: () => number = Math.random,
): number {
  const ceiling = Math.min(limits.cap, limits.base * 2 ** (attempt - 1));
  return Math.max(limits.floor ?? 0, Math.round(random() * ceiling));
}
