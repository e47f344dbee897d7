/**
 * Repeats a statement that changes at most `slice` rows until it finds fewer, or is told to stop: one long statement would hold
 * the feed's horizon back.
 */
export async function inSlices(
  slice: number,
  signal: AbortSignal,
  statement: () => Promise<{ readonly rowCount: number }>,
): Promise<void> {
  while ((await statement()).rowCount === slice && !signal.aborted);
}
