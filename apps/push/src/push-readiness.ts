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
  const age = performance.now() - offers.lastRoundAt;
  const answers = await database.query('SELECT 1').then(
    () => true,
    () => false,
  );
  return {
    ready: answers && age < STALE_MS,
    checks: { database: answers ? 'ok' : 'does not answer', offers: `last round ${Math.round(age)} ms ago` },
  };
}
