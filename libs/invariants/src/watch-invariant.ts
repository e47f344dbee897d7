import { firstUuidAt } from '@signalbox/contracts';
import { type Database, readWithin } from '@signalbox/database';
import { Chore } from '@signalbox/resilience';
import type { Logger, Metrics } from '@signalbox/telemetry';
import { INVARIANTS, violationsOf } from './invariant.queries.js';

export type Invariant = keyof typeof INVARIANTS;

const EVERY_MS = 5 * 60_000;
/** A look may cost so much and no more, on a system of any size. Milliseconds. */
const PATIENCE_MS = 5_000;
/** It never looks back less far. Milliseconds. */
const LEAST_WINDOW_MS = 60_000;
/** How far clocks of two processes may differ, by far. Milliseconds. */
const MARGIN_MS = 60_000;
/** Violations that one line of the log names. */
const NAMED = 20;

export interface Watch {
  readonly database: Database;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * Looks every few minutes whether an invariant holds for what is recent, and tells Prometheus how many rows violate it. A look that takes
 * too long is given up, and the next one looks back half as far; whatever happens to the system is seen while it is recent, at any size.
 */
export function watchInvariant(invariant: Invariant, { database, logger, metrics }: Watch): Chore {
  const violations = metrics.gauge('invariant_violations', 'Rows that violate what must hold, of what is recent', [
    'invariant',
  ]);
  const lookedAt = metrics.gauge(
    'invariant_checked_timestamp_seconds',
    'When that was last seen, or began to be watched',
    ['invariant'],
  );
  // A process in which no look ever ends is one that does not look, and no unknown.
  lookedAt.set({ invariant }, Date.now() / 1_000);
  const window = metrics.gauge('invariant_window_seconds', 'How far back the last look went', ['invariant']);
  const statement = violationsOf(invariant);
  const most = INVARIANTS[invariant].windowMs;
  let windowMs: number = most;
  return new Chore(EVERY_MS, async () => {
    try {
      const since = Date.now() - windowMs;
      const bounds = [firstUuidAt(since - MARGIN_MS), firstUuidAt(since)];
      const found = await database.transaction((tx) =>
        readWithin(tx, PATIENCE_MS, () => tx.query<{ violation: object }>(statement, bounds)),
      );
      if (found === undefined) {
        logger.warn(
          { invariant, windowMs },
          'an invariant could not be looked at in time; the next look goes less far back',
        );
        windowMs = Math.max(LEAST_WINDOW_MS, windowMs / 2);
        return;
      }
      violations.set({ invariant }, found.rowCount);
      window.set({ invariant }, windowMs / 1_000);
      lookedAt.set({ invariant }, Date.now() / 1_000);
      windowMs = Math.min(most, windowMs * 2);
      const broken = found.rows.slice(0, NAMED).map(({ violation }) => violation);
      if (broken.length > 0) logger.error({ invariant, violations: found.rowCount, broken }, 'an invariant is broken');
    } catch (error) {
      logger.debug({ err: error, invariant }, 'an invariant could not be looked at');
    }
  });
}
