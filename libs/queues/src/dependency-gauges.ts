import { clockSkew, type Database } from '@signalbox/database';
import { Chore, inTime } from '@signalbox/resilience';
import type { Metrics } from '@signalbox/telemetry';
import type { QueueBackend } from './queue-backend.js';

const EVERY_MS = 5_000;
/** Who has not answered by then is away. Milliseconds. */
const PATIENCE_MS = 3_000;

/**
 * Asks Postgres, and Redis where the queues are there, every few seconds whether they answer, for Prometheus. A question to Postgres is one
 * about its clock as well.
 */
export function dependencyGauges(database: Database, backend: QueueBackend, metrics: Metrics): Chore {
  const up = metrics.gauge('dependency_up', 'Whether what the service stands on answers: 1, or 0', ['dependency']);
  const seconds = metrics.gauge('dependency_answer_seconds', 'How long the last answer took', ['dependency']);
  const skew = metrics.gauge('clock_skew_seconds', "How far this machine's clock is off the database's, at least");

  const ask = async (dependency: 'postgres' | 'redis', question: () => Promise<unknown>): Promise<void> => {
    const asked = performance.now();
    const answered = question().then(
      () => true,
      () => false,
    );
    const answers = await inTime(answered, PATIENCE_MS, false);
    up.set({ dependency }, answers ? 1 : 0);
    seconds.set({ dependency }, (performance.now() - asked) / 1_000);
  };

  return new Chore(EVERY_MS, async () => {
    await Promise.all([
      ask('postgres', async () => skew.set((await clockSkew(database)) / 1_000)),
      backend.kind === 'redis' ? ask('redis', () => backend.isWhole()) : undefined,
    ]);
  });
}
