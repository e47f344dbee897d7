import type { Lane, QueueName, Uuid } from '@signalbox/contracts';
import { type Database, intArray, jsonbArray, type Sql, textArray, uuidArray } from '@signalbox/database';
import { SettlementBatcher, type Offer, type Publisher, type WorkProgress } from '@signalbox/queues';
import { type AllHeard, atCrashPoint } from '@signalbox/resilience';
import type { Admission, DeletionGuards } from '../deletion-guards/deletion-guards.js';
import { TALLY_SHARD } from '../tallies/tallies.js';
import { FLUSH_OUTCOMES } from './flush.queries.js';
import { concernsDevice } from './judge-device.js';
import { markDevices } from './mark-devices.js';
import type { OutcomeCounter } from './outcome-counter.js';
import { sentWith } from './sent-with.js';
import { written, type Settlement } from './settlement.js';

/**
 * Writes outcomes in micro-batches over all work rows of the process: deliveries, facts, retries and the deletion of
 * finished work rows in one commit. What was sent and not yet flushed when a process dies is sent again, under the same
 * id; nothing else is.
 */
export class OutcomeRecorder {
  private readonly batcher: SettlementBatcher<Settlement, void>;

  constructor(
    private readonly database: Database,
    private readonly publisher: Publisher,
    private readonly guards: DeletionGuards,
    private readonly counter: OutcomeCounter,
  ) {
    this.batcher = new SettlementBatcher((settlements, finished) => this.flush(settlements, finished));
  }

  /** Resolves after the commit. @throws DatabaseUnreachable, or the database's refusal of this very settlement. */
  record(settlement: Settlement): Promise<void> {
    return this.batcher.add(settlement);
  }

  /** The same for one of a work row, all of which are waited for together. */
  recordOf(row: AllHeard, settlement: Settlement): void {
    row.begin();
    this.batcher.put(settlement, row);
  }

  drain(): Promise<void> {
    return this.batcher.drain();
  }

  private async flush(settlements: readonly Settlement[], finished: readonly WorkProgress[]): Promise<readonly void[]> {
    const retried = await atCrashPoint('flush.commit', () => this.write(settlements, finished));
    void this.publisher.publish(retried, 'flush.publish');
    return settlements.map(() => undefined);
  }

  private async write(settlements: readonly Settlement[], finished: readonly WorkProgress[]): Promise<Offer[]> {
    const { admission, recorded, retried } = settlements.some(concernsDevice)
      ? await this.database.transaction((tx) => this.writeAndMark(tx, settlements, finished))
      : await flushOutcomes(this.database, settlements, finished);
    this.counter.count(recorded);
    if (admission) this.guards.announce(admission.tripped);
    for (const each of sentWith(recorded)) {
      if (!admission?.allowed.has(each.credentialId)) this.guards.countSent(each, each.sent);
    }
    return retried;
  }

  private async writeAndMark(
    tx: Sql,
    settlements: readonly Settlement[],
    finished: readonly WorkProgress[],
  ): Promise<Flushed> {
    const flushed = await flushOutcomes(tx, settlements, finished);
    const { recorded } = flushed;
    return { ...flushed, admission: await markDevices(tx, recorded, recorded.filter(concernsDevice), this.guards) };
  }
}

interface RetriedRow {
  readonly id: Uuid;
  readonly queue: QueueName;
  readonly lane: Lane;
  readonly appId: Uuid | null;
  readonly count: number;
  readonly delay: number;
}

interface Flushed {
  /** Those of the settlements that were news. */
  readonly recorded: readonly Settlement[];
  readonly retried: Offer[];
  /** What the deletion guards decided, if they were asked. */
  readonly admission?: Admission | undefined;
}

async function flushOutcomes(
  sql: Sql,
  settlements: readonly Settlement[],
  finished: readonly WorkProgress[],
): Promise<Flushed> {
  const all = settlements.map(written);
  const { rows } = await sql.query<{ known: Uuid[]; retried: RetriedRow[] }>(FLUSH_OUTCOMES, [
    uuidArray(settlements.map((each) => each.item.d)),
    uuidArray(settlements.map((each) => each.progress.work.appId)),
    uuidArray(settlements.map((each) => each.item.n)),
    uuidArray(settlements.map((each) => each.item.v)),
    textArray(settlements.map((each) => each.provider)),
    textArray(settlements.map((each) => each.state)),
    intArray(settlements.map((each) => each.item.a)),
    textArray(settlements.map((each) => each.reason ?? null)),
    jsonbArray(all.map(({ answer }) => answer)),
    uuidArray(all.map(({ fact }) => fact.id)),
    textArray(all.map(({ fact }) => fact.type)),
    textArray(all.map(({ fact }) => fact.subject)),
    jsonbArray(all.map(({ fact }) => fact.data)),
    settlements.map((each) => each.dueAt ?? null),
    uuidArray(settlements.map((each) => each.progress.work.rootId)),
    textArray(settlements.map((each) => each.progress.work.queue)),
    textArray(settlements.map((each) => each.progress.work.lane)),
    uuidArray(settlements.map((each) => each.progress.work.credentialId)),
    jsonbArray(settlements.map((each) => (isNeededYet(each) ? JSON.stringify(each.item) : null))),
    finished.map((progress) => progress.work.id),
    finished.map((progress) => progress.work.token),
    TALLY_SHARD,
  ]);
  const { retried } = rows[0]!;
  const known = new Set(rows[0]!.known);
  return {
    recorded: known.size === 0 ? settlements : settlements.filter((each) => !known.has(each.item.d)),
    retried: retried.map((row) => ({ ...row, offer: 0 })),
  };
}

/** Whether anything of the item is written: it is tried again, it is a dead letter or the replay of one. */
function isNeededYet({ state, item }: Settlement): boolean {
  return state === 'retrying' || state === 'dead' || item.r !== undefined;
}
