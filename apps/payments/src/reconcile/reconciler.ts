import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@signalbox/database';
import { atMostOnceAMinute, type Logger, type Metrics } from '@signalbox/telemetry';
import type { StripeCalls } from '../read-stripe/stripe-calls.js';
import type { Receiver } from '../receive/receiver.js';
import { CursorLease, SLICE_NAMES } from './cursor-lease.js';
import { ReconcileFigures } from './reconcile-figures.js';
import { CLOCK, MAKE_CURSORS } from './reconcile.queries.js';
import { runCursor, type RunParts } from './run-cursor.js';
import { RunStopped } from './run-stopped.js';

export interface ReconcilerParts {
  readonly database: Database;
  readonly calls: StripeCalls;
  readonly receiver: Receiver;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** From one comparison of an account's events to the next (RECONCILE_SECONDS). */
  readonly intervalSeconds: number;
}

/** Accounts that one process compares at once. */
const AT_ONCE = 3;
/** A webhook gets this much time to arrive, or a fifth of the interval where that is shorter. */
const LONGEST_GRACE_MS = 60_000;
/** Between two looks for what is due. */
const LONGEST_PAUSE_MS = 10_000;
/** A run that stopped is not repeated at once, whatever stopped it. */
const LEAST_POSTPONE_MS = 1_000;

/**
 * Finds what Stripe never delivered: compares its list of events with our log, app by app and account by account, and has what
 * is missing received as if it had been posted. Processes share the accounts by leases.
 */
export class Reconciler {
  private readonly figures: ReconcileFigures;
  private readonly stopping = new AbortController();
  private readonly run: RunParts;
  private readonly warn;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly parts: ReconcilerParts) {
    const { database, calls, receiver, logger, metrics, intervalSeconds } = parts;
    this.figures = new ReconcileFigures(database, metrics);
    this.warn = atMostOnceAMinute((about: object, keptBack) =>
      logger.warn({ ...about, keptBack }, "an app's Stripe events could not be compared; trying again"),
    );
    this.run = {
      database,
      calls,
      receiver,
      signal: this.stopping.signal,
      graceMs: Math.min(LONGEST_GRACE_MS, (intervalSeconds * 1_000) / 5),
      onFound: () => this.figures.foundMissing(),
      onUnreadable: (event, why) => logger.error({ event, why }, 'Stripe lists an event that cannot be read'),
      onTooOld: (since) =>
        logger.error({ since }, 'Stripe does not list events of this time any more; they stay unknown'),
    };
  }

  start(): void {
    this.running = this.loop();
  }

  /** Resolves when nothing is being compared any more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Compares whatever is due, each once. */
  async runDue(): Promise<void> {
    const { database } = this.parts;
    await database.query(MAKE_CURSORS, SLICE_NAMES);
    const { rows } = await database.query<{ now: string }>(CLOCK);
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.workOff(rows[0]!.now)));
    await this.figures.measure();
  }

  private async loop(): Promise<void> {
    const { signal } = this.stopping;
    const pause = Math.min(LONGEST_PAUSE_MS, (this.parts.intervalSeconds * 1_000) / 4);
    while (!signal.aborted) {
      await this.runDue().catch((error: unknown) => this.warn({ err: error }));
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  private async workOff(roundBegan: string): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const lease = await CursorLease.claim(this.parts.database, this.parts.intervalSeconds * 1_000, roundBegan);
      if (lease === undefined) return;
      await this.attend(lease);
    }
  }

  private async attend(lease: CursorLease): Promise<void> {
    const { appId, account, slice } = lease.cursor;
    try {
      const gap = await runCursor(this.run, lease);
      if (gap.count > 0) {
        this.parts.logger.warn(
          { appId, account, slice, ...gap.toFact() },
          'Stripe had not delivered events; they are here now',
        );
      }
    } catch (error) {
      this.figures.runStopped();
      const isStopped = error instanceof RunStopped;
      const why = isStopped ? error.message : 'an error of ours';
      this.warn({ appId, account, slice, why, ...(!isStopped && { err: error }) });
      await lease
        .postpone(Math.max(LEAST_POSTPONE_MS, isStopped ? error.retryMs : LONGEST_PAUSE_MS), why)
        .catch(() => undefined);
    }
  }
}
