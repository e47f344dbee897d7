import type { Cap, Uuid } from '@signalbox/contracts';

/** A notification that was let through, and when (milliseconds since 1970), as a meter keeps it. */
export type Use = readonly [notification: Uuid, at: number];

export type Admission =
  /** `uses` as they are now: the same when the notification had been counted before. */
  | { readonly admitted: true; readonly uses: readonly Use[] }
  /** From `passesFrom` on this cap would let it through. */
  | { readonly admitted: false; readonly cap: Cap; readonly passesFrom: number };

/**
 * Whether one more notification stays within all caps, in any window of their length. Uses are in the order of their times: a
 * process whose clock is behind counts at the time of the last one. What was counted before is let through again, since it is the
 * same notification. Pure.
 */
export function admit(uses: readonly Use[], caps: readonly Cap[], notification: Uuid, now: number): Admission {
  if (uses.some(([counted]) => counted === notification)) return { admitted: true, uses };
  const at = Math.max(now, uses.at(-1)?.[1] ?? now);
  const inTheWay = caps.flatMap((cap) => {
    const length = cap.perSeconds * 1_000;
    const counted = uses.filter(([, used]) => used > at - length);
    const leaving = counted.at(-cap.max);
    return leaving === undefined ? [] : [{ cap, passesFrom: leaving[1] + length }];
  });
  const last = inTheWay.toSorted((one, other) => one.passesFrom - other.passesFrom).at(-1);
  if (last !== undefined) return { admitted: false, ...last };
  const longest = Math.max(...caps.map((cap) => cap.perSeconds)) * 1_000;
  return { admitted: true, uses: [...uses.filter(([, used]) => used > at - longest), [notification, at]] };
}
