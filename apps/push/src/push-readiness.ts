import type { QueueName } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import type { Readiness } from '@signalbox/http';

/** A round of the offer loop takes a second; ten without one mean that accepted work stands still. */
const STALE_OFFERS_MS = 10_000;

/** Work that has been due for a minute while this process ended none for half a minute: its workers stand still. */
const OVERDUE_S = 60;
const IDLE_MS = 30_000;

/** What readiness looks at. Times are of the monotonic clock, undefined before the first time. */
export interface Progress {
  readonly database: Database;
  readonly lastOfferRoundAt: () => number | undefined;
  readonly lastWorkEndedAt: () => number | undefined;
  /** The queues that this process works on; none for a process that only answers HTTP. */
  readonly queues: readonly QueueName[];
  readonly oldestDueSeconds: (queues: readonly QueueName[]) => number;
}

/**
 * Progress, not a port: the database commits, due work is being offered, and what is due on the queues of this process gets
 * done. A long backlog that moves is no fault. Redis is not asked, because accepting goes on without it.
 */
export async function pushReadiness(progress: Progress): Promise<Readiness> {
  const answers = await progress.database.query('SELECT 1').then(
    () => true,
    () => false,
  );
  const offered = sinceMs(progress.lastOfferRoundAt());
  const overdue = progress.oldestDueSeconds(progress.queues);
  const idle = sinceMs(progress.lastWorkEndedAt());
  const standsStill = overdue > OVERDUE_S && (idle ?? Infinity) > IDLE_MS;
  return {
    ready: answers && offered !== undefined && offered < STALE_OFFERS_MS && !standsStill,
    checks: {
      database: answers ? 'ok' : 'does not answer',
      // None at all: the database is not migrated.
      offers: offered === undefined ? 'no complete round yet' : `last round ${Math.round(offered)} ms ago`,
      ...(progress.queues.length === 0 ? {} : { work: workCheck(overdue, idle) }),
    },
  };
}

function workCheck(overdue: number, idle: number | undefined): string {
  const ended = idle === undefined ? 'none has ended here yet' : `the last ended here ${Math.round(idle)} ms ago`;
  return `the oldest has been due for ${Math.round(overdue)} s, ${ended}`;
}

function sinceMs(at: number | undefined): number | undefined {
  return at === undefined ? undefined : performance.now() - at;
}
