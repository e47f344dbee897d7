import { workJob, type Uuid } from '@signalbox/contracts';
import { jobIdOf } from './work.js';

/**
 * The work row of the job that is next in a queue, if that is the row's first job: only then does it say how long the queue
 * makes everybody wait. A row that was handed back and offered again has waited elsewhere.
 */
export function firstWorkOf(
  next: { readonly id?: string | undefined; readonly data: unknown } | undefined,
): Uuid | undefined {
  const work = next && workJob.safeParse(next.data).data?.work;
  return work !== undefined && next?.id === jobIdOf(work, 0) ? work : undefined;
}
