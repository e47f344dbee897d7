import type { CrashPoint } from './crash-points.js';

/** A place where a test may kill the process. In the product it only runs the work. */
export function atCrashPoint<Result>(_point: CrashPoint, work: () => Promise<Result>): Promise<Result> {
  return work();
}
