/** Whether a promise was kept. */
export type Verdict = 'aim' | 'holds' | 'does not hold' | '';

/** Of a ratio that has to reach its floor, and better its aim. */
export function atLeast(median: number, { floor, aim }: { readonly floor?: number; readonly aim?: number }): Verdict {
  if (aim !== undefined && median >= aim) return 'aim';
  if (floor === undefined) return '';
  return median >= floor ? 'holds' : 'does not hold';
}

/** Of a figure that may not be more than its bound, and better not than its aim. */
export function atMost(median: number, { atMost, aim }: { readonly atMost?: number; readonly aim?: number }): Verdict {
  if (aim !== undefined && median <= aim) return 'aim';
  if (atMost === undefined) return '';
  return median <= atMost ? 'holds' : 'does not hold';
}
