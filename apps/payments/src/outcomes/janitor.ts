import { askTogether, inSlices, type Database } from '@signalbox/database';
import { atCrashPoint, Chore, fullJitter } from '@signalbox/resilience';
import type { Logger, Metrics } from '@signalbox/telemetry';
import type { Outcomes, Taken } from './outcomes.js';

const EVERY_MS = 1_000;
/** Asked for in one round, at most: when a gateway comes back, what waited for it comes back one after the other. */
const A_ROUND = 10;
/** Seconds that one asking may take before another process takes it on. */
const LEASE_S = 60;
/** Between two askings for the same outcome. Milliseconds. */
const AGAIN = { base: 2_000, cap: 5 * 60_000, floor: 1_000 } as const;
/** Whoever waits for longer than this is asked for sooner once the gateway has answered about another. Seconds. */
const LONG_S = 10;
/** How often what is kept for nothing is deleted, a slice a time. Milliseconds. */
const PURGE_EVERY_MS = 10 * 60_000;
const PURGE_SLICE = 2_000;

export interface JanitorParts {
  readonly database: Database;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * Asks the gateways what became of calls that they did not answer, and of calls whose process died, until they say it. What is
 * found out is kept as if the call had answered.
 */
export class Janitor<Operation extends Taken = Taken, Value = unknown> {
  private readonly chores: readonly Chore[];
  private readonly settled;
  private readonly waiting;
  private readonly oldest;

  constructor(
    private readonly outcomes: Outcomes<Operation, Value>,
    private readonly parts: JanitorParts,
  ) {
    const { metrics } = parts;
    const { name, what } = outcomes;
    this.settled = metrics.counter(
      `${name}_outcomes_settled_total`,
      `Unknown outcomes of ${what} that were asked for, by what was found out`,
      ['gateway', 'kind', 'found'],
    );
    this.waiting = metrics.gauge(`${name}_outcomes_unknown`, `How many outcomes of ${what} are not known yet`);
    this.oldest = metrics.gauge(`${name}_outcomes_unknown_oldest_seconds`, 'How long the oldest of them is unknown');
    this.chores = [new Chore(EVERY_MS, () => this.round()), new Chore(PURGE_EVERY_MS, (signal) => this.purge(signal))];
  }

  start(): void {
    for (const chore of this.chores) chore.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.chores.map((chore) => chore.stop()));
  }

  /** Asks for those that are due. */
  async settleDue(): Promise<void> {
    const { rows: taken } = await this.parts.database.query<Operation>(this.outcomes.queries.take, [A_ROUND, LEASE_S]);
    await Promise.all(taken.map((operation) => this.settle(operation)));
  }

  private async round(): Promise<void> {
    const { database, logger } = this.parts;
    const { queries, what } = this.outcomes;
    try {
      // Mostly there is nothing.
      if (!(await askTogether(database, { asks: queries.any }))) {
        for (const gauge of [this.waiting, this.oldest]) gauge.set(0);
        return;
      }
      await this.settleDue();
      const { rows } = await database.query<{ count: number; oldestSeconds: number }>(queries.count);
      this.waiting.set(rows[0]!.count);
      this.oldest.set(rows[0]!.oldestSeconds);
    } catch (error) {
      logger.debug({ err: error, what }, 'unknown outcomes could not be asked for; the next round follows');
    }
  }

  private async purge(signal: AbortSignal): Promise<void> {
    const { database, logger } = this.parts;
    try {
      await inSlices(PURGE_SLICE, signal, () => database.query(this.outcomes.purge, [PURGE_SLICE]));
    } catch (error) {
      logger.warn({ err: error, what: this.outcomes.what }, 'old keys could not be deleted; the next round follows');
    }
  }

  private async settle(operation: Operation): Promise<void> {
    const { database, logger } = this.parts;
    const { queries, what } = this.outcomes;
    const { id, appId, gateway, kind, asked } = operation;
    try {
      const found = await atCrashPoint('order.settle', () => this.outcomes.ask(operation));
      this.settled.inc({ gateway, kind, found: found.kind });
      if (found.kind === 'later') {
        const ms = Math.max(found.retryAfterMs ?? 0, fullJitter(asked, AGAIN));
        await database.query(queries.later, [id, ms / 1_000]);
        return;
      }
      const nothing = { kind: 'not_done', reason: 'not_happened', retryAfterMs: 0 } as const;
      await this.outcomes.keep(operation, found.kind === 'not_happened' ? nothing : found);
      if (asked > 1) await database.query(queries.sooner, [appId, gateway, LONG_S, A_ROUND]);
      logger.info({ operation: id, kind, gateway, found: found.kind, what }, 'an unknown outcome is known now');
    } catch (error) {
      // Its lease ends, and it is asked for again.
      logger.warn({ err: error, operation: id, what }, 'an unknown outcome could not be asked for');
    }
  }
}
