import type { Sql } from '@signalbox/database';
import type { Readiness } from '@signalbox/http';
import type { OfferLoop } from '@signalbox/queues';
import { paymentsWork } from './work/payments-work.js';

/** A round of the offer loop takes a second; ten without one mean that events lie about. */
const STALE_MS = 10_000;

export interface ReadinessParts {
  /** The edge's own pool: what it cannot reach, nobody can store through it. */
  readonly database: Sql;
  readonly offers: OfferLoop;
  /** Whether webhooks were proven to arrive here byte for byte. */
  readonly edgeProven: () => boolean;
}

/** A real read of a real table (a database that is up but not migrated is not ready), due work that is being offered, the self-test. */
export async function paymentsReadiness({ database, offers, edgeProven }: ReadinessParts): Promise<Readiness> {
  const age = offers.lastRoundAt === undefined ? undefined : performance.now() - offers.lastRoundAt;
  const answers = await paymentsWork.backlog(database).then(
    () => true,
    () => false,
  );
  return {
    ready: answers && edgeProven() && age !== undefined && age < STALE_MS,
    checks: {
      database: answers ? 'ok' : 'does not answer, or is not migrated',
      edge: edgeProven() ? 'ok' : 'the self-test of the webhook route is not done',
      offers: age === undefined ? 'no complete round yet' : `last round ${Math.round(age)} ms ago`,
    },
  };
}
