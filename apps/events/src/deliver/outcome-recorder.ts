import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseUnreachable, type Database } from '@signalbox/database';
import type { Publisher } from '@signalbox/queues';
import { atCrashPoint, MicroBatcher } from '@signalbox/resilience';
import type { EndpointNow, Settlement, WorkProgress } from './settlement.js';
import { writeOutcomes, type Written } from './write-outcomes.js';

const MAX_BATCH = 256;
const LINGER_MS = 5;

/** How long outcomes outlive a database that does not answer; twice what a lease lasts. */
const PATIENCE_MS = 30_000;
const RETRY_EVERY_MS = 200;

/** More outcomes than every slot of a process can hold. */
const MAX_WAITING = 50_000;

/**
 * Writes outcomes in micro-batches over all work rows of the process: deliveries, the log, retries and who is next in line
 * as new work rows, breakers, finished work rows deleted, all in one commit. What was posted and not yet written when a
 * process dies is posted again, under the same webhook-id; nothing else is.
 */
export class OutcomeRecorder {
  private readonly batcher: MicroBatcher<Settlement, EndpointNow>;

  constructor(
    private readonly database: Database,
    private readonly publisher: Publisher,
  ) {
    this.batcher = new MicroBatcher({
      flush: (settlements) => this.flush(settlements),
      maxBatch: MAX_BATCH,
      maxWaiting: MAX_WAITING,
      linger: LINGER_MS,
      isolate: (error) => !(error instanceof DatabaseUnreachable),
    });
  }

  /**
   * Resolves after the commit with where the endpoint stands now.
   *
   * @throws DatabaseUnreachable, or the database's refusal of this very settlement.
   */
  record(settlement: Settlement): Promise<EndpointNow> {
    return this.batcher.add(settlement);
  }

  drain(): Promise<void> {
    return this.batcher.drain();
  }

  private async flush(settlements: readonly Settlement[]): Promise<readonly EndpointNow[]> {
    const finished = finishedBy(settlements);
    const { offers, standings } = await atCrashPoint('webhook.commit', () =>
      this.writeOnceItAnswers(settlements, finished),
    );
    for (const settlement of settlements) settlement.progress.remaining -= 1;
    void this.publisher.publish(offers, 'webhook.publish');
    return settlements.map((settlement) => standings.get(settlement.endpointId) ?? {});
  }

  /** A repeated write is harmless, also when the first one was committed and only its answer was lost. */
  private async writeOnceItAnswers(
    settlements: readonly Settlement[],
    finished: readonly WorkProgress[],
  ): Promise<Written> {
    for (const giveUpAt = performance.now() + PATIENCE_MS; ; await delay(RETRY_EVERY_MS)) {
      try {
        return await this.database.transaction((tx) => writeOutcomes(tx, settlements, finished));
      } catch (error) {
        if (!(error instanceof DatabaseUnreachable) || performance.now() > giveUpAt) throw error;
      }
    }
  }
}

/** The work rows whose last open items are in this batch. */
function finishedBy(settlements: readonly Settlement[]): WorkProgress[] {
  const inBatch = Map.groupBy(settlements, (settlement) => settlement.progress);
  return [...inBatch].filter(([progress, mine]) => progress.remaining === mine.length).map(([progress]) => progress);
}
