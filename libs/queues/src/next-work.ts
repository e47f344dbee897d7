import { workJob, type Uuid } from '@signalbox/contracts';
import type { Queue } from 'bullmq';

/** The work row of the job that is next in a queue; undefined when none waits. */
export async function nextWorkIn(queue: Queue): Promise<Uuid | undefined> {
  const [next] = await queue.getWaiting(0, 0);
  return next === undefined ? undefined : workJob.safeParse(next.data).data?.work;
}
