import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseUnreachable } from '@signalbox/database';
import { MicroBatcher, type Waiter } from '@signalbox/resilience';
import type { LeasedWork } from './work.js';

const MAX_BATCH = 256;
const LINGER_MS = 5;

/** How long outcomes outlive a database that does not answer; twice what a lease lasts. */
const PATIENCE_MS = 30_000;
const RETRY_EVERY_MS = 200;

/** More outcomes than every worker slot of a process can hold. */
const MAX_WAITING = 50_000;

/** How far one leased work row is: the write that brings `remaining` to nothing also deletes the row. */
export interface WorkProgress<Item = unknown> {
  readonly work: LeasedWork<Item>;
  remaining: number;
}

/** Writes settlements, and deletes the work rows that they finish, in one commit. Repeating it must be harmless. */
export type WriteSettlements<Settlement, Result> = (
  settlements: readonly Settlement[],
  finished: readonly WorkProgress[],
) => Promise<readonly Result[]>;

/**
 * Brings what was done on many work rows of the process into shared commits. What was done must not be forgotten because the
 * database restarts: it is kept, and written when it is back. A write is also repeated when it was committed and only its
 * answer was lost.
 */
export class SettlementBatcher<Settlement extends { readonly progress: WorkProgress }, Result> {
  private readonly batcher: MicroBatcher<Settlement, Result>;

  constructor(private readonly write: WriteSettlements<Settlement, Result>) {
    this.batcher = new MicroBatcher({
      flush: (settlements) => this.flush(settlements),
      maxBatch: MAX_BATCH,
      maxWaiting: MAX_WAITING,
      linger: LINGER_MS,
      isolate: (error) => !(error instanceof DatabaseUnreachable),
    });
  }

  /** Resolves after the commit. @throws DatabaseUnreachable, or the database's refusal of this very settlement. */
  add(settlement: Settlement): Promise<Result> {
    return this.batcher.add(settlement);
  }

  /** The same for settlements that share a waiter, which hears of each. */
  put(settlement: Settlement, waiter: Waiter<Result>): void {
    this.batcher.put(settlement, waiter);
  }

  /** Resolves once nothing waits for its commit. */
  drain(): Promise<void> {
    return this.batcher.drain();
  }

  private async flush(settlements: readonly Settlement[]): Promise<readonly Result[]> {
    const results = await this.writeOnceItAnswers(settlements);
    for (const settlement of settlements) settlement.progress.remaining -= 1;
    return results;
  }

  private async writeOnceItAnswers(settlements: readonly Settlement[]): Promise<readonly Result[]> {
    const finished = finishedBy(settlements);
    for (const giveUpAt = performance.now() + PATIENCE_MS; ; await delay(RETRY_EVERY_MS)) {
      try {
        return await this.write(settlements, finished);
      } catch (error) {
        if (!(error instanceof DatabaseUnreachable) || performance.now() > giveUpAt) throw error;
      }
    }
  }
}

/** The work rows whose last open items are in this batch. */
function finishedBy(settlements: readonly { readonly progress: WorkProgress }[]): WorkProgress[] {
  const inBatch = Map.groupBy(settlements, (settlement) => settlement.progress);
  return [...inBatch].filter(([progress, mine]) => progress.remaining === mine.length).map(([progress]) => progress);
}
