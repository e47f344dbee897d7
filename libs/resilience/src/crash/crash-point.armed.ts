import type { CrashPoint } from './crash-points.js';

/**
 * The armed twin of crash-point.ts, chosen by `node --conditions=crash-points`: with `--crash-at=<point>:<before|after>`
 * the process kills itself there with SIGKILL, so nothing of it can clean up. `:<n>` waits for the n-th visit.
 */
const [point, side, visit] = (
  process.argv.find((argument) => argument.startsWith('--crash-at='))?.slice(11) ?? ''
).split(':');
let visits = 0;

export async function atCrashPoint<Result>(here: CrashPoint, work: () => Promise<Result>): Promise<Result> {
  if (here !== point) return work();
  visits += 1;
  const armed = visits === Number(visit ?? 1);
  if (armed && side === 'before') process.kill(process.pid, 'SIGKILL');
  const result = await work();
  if (armed && side === 'after') process.kill(process.pid, 'SIGKILL');
  return result;
}
