/** Milliseconds. */
const LEAST_MS = 2_000;
const MOST_MS = 10 * 60_000;

/**
 * Milliseconds until a mail is tried again: half of its age, so that each wait is half as long again as all before it, and no
 * count has to be kept. Spread, so that what failed together does not come back together.
 */
export function retryDelay(ageSeconds: number): number {
  const wait = Math.min(MOST_MS, Math.max(LEAST_MS, ageSeconds * 500));
  return wait * (0.75 + Math.random() / 2);
}
