import { firstUuidAt } from '@signalbox/contracts';
import { inSlices, type Database } from '@signalbox/database';
import { dropOldPartitions, ensurePartitions } from '@signalbox/event-log';
import { Chore } from '@signalbox/resilience';
import type { Logger } from '@signalbox/telemetry';
import { DROP_ENDED_SETTINGS, DROP_OLD_STATES } from '../breakers/breaker.queries.js';
import { DROP_OLD } from '../dead-letters/dead-letter.queries.js';
import { DROP_OLD_RUNS } from '../dead-letters/runs/run.queries.js';
import { DROP_OLD_FIGURES } from '../figures/figure.queries.js';
import { DROP_EXPIRED_HOLDS } from '../holds/hold.queries.js';
import { PURGE_HOURS } from '../deletion-guards/deletion-guard.queries.js';
import { PURGE_EXPIRED_KEYS } from '../notify/accept.queries.js';
import { PURGE_METERS } from '../policy/judge.queries.js';
import { DROP_OLD_USAGE } from '../quotas/quota.queries.js';
import { PURGE_TALLIES } from '../receipts/receipts.queries.js';
import { DROP_OLD_TOKENS } from '../providers/apns/provider-token/provider-token.queries.js';

const DAY_MS = 24 * 3_600_000;
/** Milliseconds from one round to the next; and from one that failed, since today's deliveries may have no partition of theirs yet. */
const EVERY_MS = 10 * 60_000;
const AFTER_FAILURE_MS = 30_000;
const PURGE_SLICE = 5_000;

/** The chores of the push tables: partitions made ahead of time and dropped after theirs, expired idempotency keys, meters that count nothing any more, hours that no guard looks back to. */
export function pushUpkeep(database: Database, logger: Logger, retentionDays: number | undefined): Chore {
  let dueAt = 0;
  return new Chore(AFTER_FAILURE_MS, async (signal) => {
    if (performance.now() < dueAt) return;
    try {
      await ensurePartitions(database, { parents: ['delivery'], daysAhead: 7 });
      if (retentionDays !== undefined) {
        await dropOldPartitions(database, { parents: ['delivery'], keepDays: retentionDays });
        const before = firstUuidAt(Date.now() - retentionDays * DAY_MS);
        await database.query(DROP_OLD, [before]);
        await database.query(DROP_OLD_RUNS, [before]);
        await inSlices(PURGE_SLICE, signal, () => database.query(PURGE_TALLIES, [before]));
      }
      await database.query(DROP_EXPIRED_HOLDS);
      await database.query(DROP_OLD_TOKENS);
      await inSlices(PURGE_SLICE, signal, () => database.query(PURGE_EXPIRED_KEYS));
      await inSlices(PURGE_SLICE, signal, () => database.query(PURGE_METERS));
      for (const each of [DROP_OLD_FIGURES, DROP_OLD_STATES, DROP_ENDED_SETTINGS, DROP_OLD_USAGE])
        await database.query(each);
      await database.query(PURGE_HOURS);
      dueAt = performance.now() + EVERY_MS;
    } catch (error) {
      logger.warn({ err: error }, 'upkeep of the push tables failed; the next round follows');
    }
  });
}
