import type { Database } from '@signalbox/database';
import type { Readiness } from '@signalbox/http';
import type { OfferLoop } from '@signalbox/queues';

/** A round of the offer loop takes a second; ten without one mean that accepted work stands still. */
const STALE_MS = 10_000;

/**
 * Progress, not a port: the database commits, and due work is being offered. Redis is not asked, because accepting goes
 * on without it.
 */
export async function pushReadiness(database: Database, offers: OfferLoop): Promise<Readiness> {
  const age = offers.lastRoundAt === undefined ? undefined : performance.now() - offers.lastRoundAt;
  const answers = await database.query('SELECT 1').then(
    () => true,
    () => false,
  );
  return {
    ready: answers && age !== undefined && age < STALE_MS,
    checks: {
      database: answers ? 'ok' : 'does not answer',
      // None at all: the database is not migrated.
      offers: age === undefined ? 'no complete round yet' : `last round ${Math.round(age)} ms ago`,
    },
  };
}
