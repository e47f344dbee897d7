/**
 * Counts the beats of a timer, for bounds that hold on a busy machine as well: what this process is late with, the code under test
 * is late with, too.
 *
 * @param everyMs milliseconds between two beats; a beat that comes late moves those after it.
 * @returns ends the count, and says how many beats there were.
 */
export function countBeats(everyMs: number): () => number {
  let beats = 0;
  const timer = setInterval(() => (beats += 1), everyMs);
  return () => {
    clearInterval(timer);
    return beats;
  };
}
