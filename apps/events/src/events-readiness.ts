import type { Database } from '@signalbox/database';
import { readFeed } from '@signalbox/event-log';
import type { Readiness } from '@signalbox/http';
import type { OfferLoop } from '@signalbox/queues';

/** A round of the offer loop takes a second; ten without one mean that webhooks stand still. */
const STALE_MS = 10_000;

/** A real read of the log (a database that is up but not migrated is not ready), and due work that is being offered. */
export async function eventsReadiness(database: Database, offers: OfferLoop): Promise<Readiness> {
  const age = offers.lastRoundAt === undefined ? undefined : performance.now() - offers.lastRoundAt;
  const answers = await readFeed(database, { after: 'now', limit: 1 }).then(
    () => true,
    () => false,
  );
  return {
    ready: answers && age !== undefined && age < STALE_MS,
    checks: {
      database: answers ? 'ok' : 'does not answer, or is not migrated',
      offers: age === undefined ? 'no complete round yet' : `last round ${Math.round(age)} ms ago`,
    },
  };
}
