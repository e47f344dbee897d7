/**
 * The value that a share of what was counted does not exceed, as Prometheus estimates it: as if what is between two bounds lay evenly there.
 * `counts` has one more than `bounds`: what is beyond the last, of which nothing is known but that, so that the answer is Infinity.
 */
export function quantile(share: number, counts: readonly number[], bounds: readonly number[]): number | undefined {
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all === 0) return undefined;
  const rank = share * all;
  let below = 0;
  for (const [place, count] of counts.entries()) {
    if (count > 0 && below + count >= rank) {
      const [from, to] = [bounds[place - 1] ?? 0, bounds[place] ?? Infinity];
      return to === Infinity ? Infinity : from + ((rank - below) / count) * (to - from);
    }
    below += count;
  }
  return Infinity;
}
