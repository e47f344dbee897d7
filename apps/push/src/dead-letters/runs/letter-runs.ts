import { setTimeout as sleep } from 'node:timers/promises';
import { type DeadLetterRunView, formatId, type Page, parseId, type Uuid } from '@signalbox/contracts';
import { askTogether, type Database } from '@signalbox/database';
import { toPage } from '@signalbox/http';
import type { Publisher } from '@signalbox/queues';
import { Chore } from '@signalbox/resilience';
import { atMostOnceAMinute, type Logger } from '@signalbox/telemetry';
import { ANY_UNDER_WAY, FIND, LIST_RUNS } from './run.queries.js';
import { type RunRow, viewRun } from './run-row.js';
import { startRun, type Started, type RunWish } from './start-run.js';
import { endRun, SliceFailed, takeSlice } from './take-slice.js';

/** Who begins one has it begun at once here; other processes see it so many milliseconds later. */
const EVERY_MS = 1_000;
/** A run that begins meanwhile is not kept waiting by a slow one. */
const LONGEST_SLEEP_MS = 250;

/**
 * Runs: all open letters of a selection are replayed at a pace, or discarded, one slice after the other, by whichever process has a
 * hand free.
 */
export class LetterRuns {
  private readonly chore = new Chore(EVERY_MS, (signal) => this.round(signal));
  private readonly onFailure;
  private isWorking = false;

  constructor(
    private readonly database: Database,
    private readonly publisher: Publisher,
    logger: Logger,
  ) {
    this.onFailure = atMostOnceAMinute((error: unknown, keptBack) => {
      const run = error instanceof SliceFailed ? { run: formatId('deadLetterRun', error.run) } : {};
      logger.error(
        { err: error, ...run, keptBack },
        'a run over dead letters did not go on; the next round tries again',
      );
    });
  }

  /** From now on this process does what is under way. */
  work(): void {
    this.isWorking = true;
    this.chore.start();
  }

  /** Resolves when the slice under way has ended. Others go on. */
  stopWorking(): Promise<void> {
    return this.chore.stop();
  }

  async start(wish: RunWish): Promise<Started> {
    const started = await startRun(this.database, wish);
    if (this.isWorking) this.chore.soon();
    return started;
  }

  /** After this no letter follows: it waits for the slice under way. undefined: there is no such run; one that is over stays as it is. */
  async stop(appId: Uuid | null, id: Uuid, stoppedBy: string): Promise<DeadLetterRunView | undefined> {
    const [run] = (await this.database.query<RunRow>(FIND, [id, appId])).rows;
    if (run?.state !== 'running') return run && viewRun(run);
    const ended = await this.database.transaction((tx) => endRun(tx, run, 'stopped', { stoppedBy }));
    return ended === undefined ? this.find(appId, id) : viewRun(ended);
  }

  async find(appId: Uuid | null, id: Uuid): Promise<DeadLetterRunView | undefined> {
    const { rows } = await this.database.query<RunRow>(FIND, [id, appId]);
    return rows[0] && viewRun(rows[0]);
  }

  /** The newest first. */
  async list(appId: Uuid | null, after: string | undefined, limit: number): Promise<Page<DeadLetterRunView>> {
    const before = after === undefined ? null : parseId('deadLetterRun', after);
    if (before === undefined) return { items: [], next: null };
    const { rows } = await this.database.query<RunRow>(LIST_RUNS, [appId, before, limit + 1]);
    return toPage(rows.map(viewRun), limit);
  }

  /** Until nothing is under way that others do not have in hand. A run that fails keeps no other from going on. */
  private async round(signal: AbortSignal): Promise<void> {
    const failed: Uuid[] = [];
    try {
      // Mostly there is nothing, which needs no transaction.
      if (!(await askTogether(this.database, { asks: ANY_UNDER_WAY }))) return;
      while (!signal.aborted) {
        const waitMs = await takeSlice(this.database, this.publisher, failed).catch((error: unknown) => {
          if (!(error instanceof SliceFailed)) throw error;
          this.onFailure(error);
          failed.push(error.run);
          return 0;
        });
        if (waitMs === undefined) return;
        if (waitMs > 0) await sleep(Math.min(waitMs, LONGEST_SLEEP_MS), undefined, { signal }).catch(() => undefined);
      }
    } catch (error) {
      this.onFailure(error);
    }
  }
}
