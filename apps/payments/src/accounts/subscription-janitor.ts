import type { Database } from '@signalbox/database';
import { atCrashPoint, Chore, fullJitter } from '@signalbox/resilience';
import type { Logger, Metrics } from '@signalbox/telemetry';
import type { AccountGateways } from './account-gateways.js';
import type { SubscriptionBook } from './subscription-book.js';
import { callOf, type SubscriptionOperation } from './subscription-operation.js';
import type { SubscriptionPerformer } from './subscription-performer.js';
import { COUNT_UNKNOWN, PURGE, TAKE } from './subscription.queries.js';

const EVERY_MS = 1_000;
/** Asked for in one round, at most: what waited for a gateway comes back one after the other. */
const A_ROUND = 10;
/** Seconds that one asking may take before another process takes it on. */
const LEASE_S = 60;
/** Between two askings for the same outcome. Milliseconds. */
const AGAIN = { base: 2_000, cap: 5 * 60_000, floor: 1_000 } as const;
const PURGE_SLICE = 2_000;

interface Taken extends SubscriptionOperation {
  readonly asked: number;
  readonly ageMs: number;
}

export interface SubscriptionJanitorParts {
  readonly database: Database;
  readonly book: SubscriptionBook;
  readonly performer: SubscriptionPerformer;
  readonly gateways: AccountGateways;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Asks what became of changes of subscriptions that the gateway did not answer, or whose process died, until it says it. */
export class SubscriptionJanitor {
  private readonly chore: Chore;
  private readonly settled;
  private readonly waiting;

  constructor(private readonly parts: SubscriptionJanitorParts) {
    this.settled = parts.metrics.counter(
      'subscription_outcomes_settled_total',
      'Unknown outcomes of changes of subscriptions that were asked for, by what was found out',
      ['gateway', 'kind', 'found'],
    );
    this.waiting = parts.metrics.gauge(
      'subscription_outcomes_unknown',
      'Changes of subscriptions whose outcome is not known yet',
    );
    this.chore = new Chore(EVERY_MS, () => this.round());
  }

  start(): void {
    this.chore.start();
  }

  stop(): Promise<void> {
    return this.chore.stop();
  }

  private async round(): Promise<void> {
    const { database, logger } = this.parts;
    try {
      const { rows: taken } = await database.query<Taken>(TAKE, [A_ROUND, LEASE_S]);
      await Promise.all(taken.map((operation) => this.settle(operation)));
      this.waiting.set((await database.query<{ count: number }>(COUNT_UNKNOWN)).rows[0]!.count);
      await database.query(PURGE, [PURGE_SLICE]);
    } catch (error) {
      logger.debug({ err: error }, 'unknown outcomes of subscriptions could not be asked for; the next round follows');
    }
  }

  private async settle(operation: Taken): Promise<void> {
    const { book, performer, gateways, logger } = this.parts;
    const { id, gateway, kind, request, asked, ageMs } = operation;
    if (request === null) return;
    try {
      const call = callOf(operation, request);
      const found = await atCrashPoint('order.settle', () => gateways.billingAt(gateway).settle(call, ageMs));
      this.settled.inc({ gateway, kind, found: found.kind });
      if (found.kind === 'later') {
        await book.later(id, Math.max(found.retryAfterMs ?? 0, fullJitter(asked, AGAIN)) / 1_000);
        return;
      }
      const nothing = { kind: 'not_done', reason: 'not_happened', retryAfterMs: 0 } as const;
      await performer.end(operation, found.kind === 'not_happened' ? nothing : found);
      logger.info(
        { operation: id, kind, gateway, found: found.kind },
        'what became of a change of a subscription is known',
      );
    } catch (error) {
      // Its lease ends, and it is asked for again.
      logger.warn({ err: error, operation: id }, 'an unknown outcome of a subscription could not be asked for');
    }
  }
}
