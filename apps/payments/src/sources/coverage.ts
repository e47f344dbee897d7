/** When a secret counts; a null end is none. */
export interface Window {
  readonly notBefore: Date;
  readonly notAfter: Date | null;
}

/** The moment from which one of the windows is open at any time, for ever; undefined when they all close some day. */
export function coveredFrom(windows: readonly Window[]): Date | undefined {
  let from = earliest(windows.filter(({ notAfter }) => notAfter === null));
  for (;;) {
    const since: Date | undefined = from;
    if (since === undefined) return undefined;
    const before = earliest(
      windows.filter(({ notBefore, notAfter }) => notBefore < since && notAfter !== null && notAfter >= since),
    );
    if (before === undefined) return since;
    from = before;
  }
}

/** Whether a change of windows opens no gap that was not there. */
export function keepsCoverage(before: readonly Window[], after: readonly Window[], now: Date): boolean {
  const from = coveredFrom(after);
  if (from === undefined) return false;
  const was = coveredFrom(before);
  return from <= now || (was !== undefined && from <= was);
}

function earliest(windows: readonly Window[]): Date | undefined {
  return windows.reduce<Date | undefined>(
    (least, { notBefore }) => (least === undefined || notBefore < least ? notBefore : least),
    undefined,
  );
}
