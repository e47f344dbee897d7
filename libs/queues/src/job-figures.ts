import type { QueueName } from '@signalbox/contracts';
import { inTime } from '@signalbox/resilience';
import type { Metrics } from '@signalbox/telemetry';
import type { QueueBackend } from './queue-backend.js';

/** Whoever reads the figures waits no longer for the queues. Milliseconds. */
const PATIENCE_MS = 1_000;

/**
 * How many jobs are in each state, under BullMQ's own name, so that dashboards made for BullMQ show these queues too. Counted when somebody
 * reads the figures, and missing while the queues are away. A job is a hint: what is owed is in `work_rows`.
 */
export function jobFigures(backend: QueueBackend, queues: readonly QueueName[], metrics: Metrics): void {
  const jobs = metrics.gauge('bullmq_job_count', 'Jobs in the queue by state', ['queue', 'state'], async () => {
    const counted = queues.map((queue) => inTime(countJobs(backend, queue), PATIENCE_MS, undefined));
    const answers = await Promise.all(counted);
    jobs.reset();
    queues.forEach((queue, place) => {
      for (const [state, count] of Object.entries(answers[place] ?? {})) jobs.set({ queue, state }, count);
    });
  });
}

async function countJobs(backend: QueueBackend, queue: QueueName): Promise<Record<string, number> | undefined> {
  try {
    return await backend.queue(queue).getJobCounts();
  } catch {
    return undefined;
  }
}
