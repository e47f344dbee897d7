const QUIET_MS = 60_000;

/**
 * Passes on the first report of a minute and keeps the rest to itself: what fails every second while a server is away is one
 * fault and not sixty. The next report says how many were kept back.
 */
export function atMostOnceAMinute<Reported>(
  report: (reported: Reported, keptBack: number) => void,
  now: () => number = () => performance.now(),
): (reported: Reported) => void {
  let quietUntil = -Infinity;
  let keptBack = 0;
  return (reported) => {
    if (now() < quietUntil) {
      keptBack += 1;
      return;
    }
    quietUntil = now() + QUIET_MS;
    report(reported, keptBack);
    keptBack = 0;
  };
}
