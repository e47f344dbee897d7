/** What is done each second or less often begins at the same moment of a second. Milliseconds. */
const UNIT = 1_000;
/** Node may call a little early, which must not make the same beat come again. Milliseconds. */
const EARLY = 2;

interface Beat {
  readonly timer: NodeJS.Timeout;
  readonly calls: Set<() => void>;
}

/** By their time, in milliseconds since `origin`. */
const beats = new Map<number, Beat>();
/** When the first of those who wait began to, on the monotonic clock: no two processes have the same. */
let origin = 0;

/**
 * Calls once, at the last beat of this process that is no later than in `afterMs`; what takes less than a second has a beat of its
 * own. All who wait for a beat are called in one turn by one timer: to be woken is most of what a process at rest does.
 *
 * @returns takes the call back.
 */
export function atBeat(afterMs: number, call: () => void): () => void {
  const now = performance.now();
  if (beats.size === 0) origin = now;
  const unit = Math.min(afterMs, UNIT);
  const due = Math.round(Math.floor((now - origin + afterMs + EARLY) / unit) * unit);
  const beat = beats.get(due) ?? begin(due, now);
  beat.calls.add(call);
  return () => {
    beat.calls.delete(call);
    if (beat.calls.size > 0 || beats.get(due) !== beat) return;
    clearTimeout(beat.timer);
    beats.delete(due);
  };
}

/** Resolves at the beat, or when `signal` aborts. */
export async function untilBeat(afterMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const cancel = atBeat(afterMs, () => {
      signal.removeEventListener('abort', leave);
      resolve();
    });
    const leave = (): void => {
      cancel();
      resolve();
    };
    signal.addEventListener('abort', leave, { once: true });
  });
}

function begin(due: number, now: number): Beat {
  const calls = new Set<() => void>();
  const timer = setTimeout(
    () => {
      // Those who are called wait for the next one meanwhile: the origin stays.
      for (const call of calls) call();
      beats.delete(due);
    },
    Math.max(1, origin + due - now),
  );
  const beat = { timer, calls };
  beats.set(due, beat);
  return beat;
}
