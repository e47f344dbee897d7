import type { Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { atCrashPoint, Chore, fullJitter } from '@signalbox/resilience';
import type { Logger, Metrics } from '@signalbox/telemetry';
import type { Call, PaymentState, RefundState, Unsettled } from '../gateway/gateway.js';
import type { Gateways } from '../gateway/gateways.js';
import type { Settlement } from '../gateway/outcome.js';
import { endOperation } from './end-operation.js';
import { targetOf, type Operation, type OrderedPayment } from './operation.js';
import {
  ASK_SOONER,
  COUNT_UNSETTLED,
  ORDERED_PAYMENT,
  OUTCOME_UNKNOWN,
  PURGE_KEYS,
  TAKE_UNSETTLED,
} from './order.queries.js';

const EVERY_MS = 1_000;
/** Asked for in one round, at most: when a gateway comes back, what waited for it comes back one after the other. */
const A_ROUND = 10;
/** Seconds that one asking may take before another process takes it on. */
const LEASE_S = 60;
/** Between two askings for the same outcome. Milliseconds. */
const AGAIN = { base: 2_000, cap: 5 * 60_000, floor: 1_000 } as const;
/** Whoever waits for longer than this is asked for sooner once the gateway has answered about another. Seconds. */
const LONG_S = 10;
const PURGE_SLICE = 2_000;

interface Taken extends Operation {
  readonly asked: number;
  readonly ageMs: number;
}

export interface JanitorParts {
  readonly database: Database;
  readonly gateways: Gateways;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * Asks the gateways what became of calls that they did not answer, and of calls whose process died, until they say it. What is
 * found out is kept as if the call had answered.
 */
export class Janitor {
  private readonly chore: Chore;
  private readonly settled;
  private readonly waiting;
  private readonly oldest;

  constructor(private readonly parts: JanitorParts) {
    const { metrics } = parts;
    this.settled = metrics.counter(
      'payment_outcomes_settled_total',
      'Unknown outcomes of calls about money that were asked for, by what was found out',
      ['gateway', 'kind', 'found'],
    );
    this.waiting = metrics.gauge('payment_outcomes_unknown', 'Calls about money whose outcome is not known yet');
    this.oldest = metrics.gauge('payment_outcomes_unknown_oldest_seconds', 'How long the oldest of them is unknown');
    this.chore = new Chore(EVERY_MS, () => this.round());
  }

  start(): void {
    this.chore.start();
  }

  stop(): Promise<void> {
    return this.chore.stop();
  }

  /** Asks for those that are due. */
  async settleDue(): Promise<void> {
    const { rows: taken } = await this.parts.database.query<Taken>(TAKE_UNSETTLED, [A_ROUND, LEASE_S]);
    await Promise.all(taken.map((operation) => this.settle(operation)));
  }

  private async round(): Promise<void> {
    const { database, logger } = this.parts;
    try {
      await this.settleDue();
      const { rows } = await database.query<{ count: number; oldestSeconds: number }>(COUNT_UNSETTLED);
      this.waiting.set(rows[0]!.count);
      this.oldest.set(rows[0]!.oldestSeconds);
      await database.query(PURGE_KEYS, [PURGE_SLICE]);
    } catch (error) {
      logger.debug({ err: error }, 'unknown outcomes could not be asked for; the next round follows');
    }
  }

  private async settle(operation: Taken): Promise<void> {
    const { database, logger } = this.parts;
    const { id, appId, gateway, kind, asked } = operation;
    try {
      const payment = await this.paymentOf(appId, operation.paymentId);
      const found = await atCrashPoint('order.settle', () => this.ask(operation, payment));
      this.settled.inc({ gateway, kind, found: found.kind });
      if (found.kind === 'later') {
        const ms = Math.max(found.retryAfterMs ?? 0, fullJitter(asked, AGAIN));
        await database.query(OUTCOME_UNKNOWN, [id, ms / 1_000]);
        return;
      }
      const outcome =
        found.kind === 'not_happened'
          ? ({ kind: 'not_done', reason: 'not_happened', retryAfterMs: 0 } as const)
          : found;
      await endOperation(database, operation, payment?.account ?? '', outcome);
      if (asked > 1) await database.query(ASK_SOONER, [appId, gateway, LONG_S, A_ROUND]);
      logger.info(
        { operation: id, kind, gateway, found: found.kind },
        'what became of a call about money is known now',
      );
    } catch (error) {
      // Its lease ends, and it is asked for again.
      logger.warn({ err: error, operation: id }, 'an unknown outcome could not be asked for');
    }
  }

  private ask(operation: Taken, payment: OrderedPayment | undefined): Promise<Settlement<PaymentState | RefundState>> {
    const { kind, ageMs } = operation;
    // A payment that nobody was told of takes no money.
    if (kind === 'open' || payment === undefined) return Promise.resolve({ kind: 'not_happened' });
    const { amount, reason } = operation.request;
    const call: Call = { target: targetOf(payment), operation: operation.id, key: operation.key };
    const unsettled = { kind, ageMs, call: { ...call, amount, reason } } as Unsettled;
    return this.parts.gateways.named(operation.gateway).settle(unsettled);
  }

  private async paymentOf(appId: Uuid, id: Uuid): Promise<OrderedPayment | undefined> {
    return (await this.parts.database.query<OrderedPayment>(ORDERED_PAYMENT, [id, appId])).rows[0];
  }
}
