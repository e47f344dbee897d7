import type { Database } from '@signalbox/database';
import { SettlementBatcher, type Publisher, type WorkProgress } from '@signalbox/queues';
import { atCrashPoint } from '@signalbox/resilience';
import type { EndpointNow, Settlement } from './settlement.js';
import { writeOutcomes } from './write-outcomes.js';

/**
 * Writes outcomes in micro-batches over all work rows of the process: deliveries, the log, retries and who is next in line
 * as new work rows, breakers, finished work rows deleted, all in one commit. What was posted and not yet written when a
 * process dies is posted again, under the same webhook-id; nothing else is.
 */
export class OutcomeRecorder {
  private readonly batcher: SettlementBatcher<Settlement, EndpointNow>;

  constructor(
    private readonly database: Database,
    private readonly publisher: Publisher,
  ) {
    this.batcher = new SettlementBatcher((settlements, finished) => this.flush(settlements, finished));
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

  private async flush(
    settlements: readonly Settlement[],
    finished: readonly WorkProgress[],
  ): Promise<readonly EndpointNow[]> {
    const { offers, standings } = await atCrashPoint('webhook.commit', () =>
      this.database.transaction((tx) => writeOutcomes(tx, settlements, finished)),
    );
    void this.publisher.publish(offers, 'webhook.publish');
    return settlements.map((settlement) => standings.get(settlement.endpointId) ?? {});
  }
}
