import { randomInt } from 'node:crypto';
import { formatId, newUuid, type ReceiptKind, type ReceiptStatus, timeOfUuid, type Uuid } from '@signalbox/contracts';
import { type Database, DatabaseUnreachable } from '@signalbox/database';
import { problems } from '@signalbox/http';
import { BatcherFull, MicroBatcher } from '@signalbox/resilience';
import { type Said, together } from './together.js';
import { reportedDeliveries } from './reported-delivery.js';
import { RECORD_RECEIPTS } from './receipts.queries.js';
import type { Reporter } from './reporter.js';

/** One thing that a phone says of one delivery. */
export interface Receipt {
  readonly reporter: Reporter;
  readonly deliveryId: Uuid;
  readonly kind: ReceiptKind;
  /** When it happened, as the phone says. */
  readonly at: Date | undefined;
}

const MAX_BATCH = 500;
const MAX_WAITING = 20_000;
/** So many rows count one notification on one day at most; a process always writes the same. */
const SHARDS = 32;

interface Recorded {
  readonly id: Uuid;
  readonly delivered: boolean;
  readonly opened: boolean;
  readonly dismissed: boolean;
}

/** What phones say of notifications. Receipts of many callers share one statement and one commit. */
export class Receipts {
  private readonly shard = randomInt(SHARDS);
  private readonly batcher: MicroBatcher<Receipt, ReceiptStatus>;

  constructor(private readonly database: Database) {
    this.batcher = new MicroBatcher({
      flush: (receipts) => this.flush(receipts),
      maxBatch: MAX_BATCH,
      maxWaiting: MAX_WAITING,
      isolate: (error) => !(error instanceof DatabaseUnreachable),
    });
  }

  /** Resolves after the commit. @throws Problem 503 when too many wait already; repeating a receipt is safe. */
  async record(receipts: readonly Receipt[]): Promise<ReceiptStatus[]> {
    const recorded = await Promise.allSettled(receipts.map((each) => this.add(each)));
    return recorded.map((each) => {
      if (each.status === 'fulfilled') return each.value;
      if (!(each.reason instanceof BatcherFull)) throw each.reason;
      throw problems.unavailable('Too many receipts are waiting to be stored. Send them again in a moment.', 1);
    });
  }

  private async add(receipt: Receipt): Promise<ReceiptStatus> {
    return this.batcher.add(receipt);
  }

  private async flush(receipts: readonly Receipt[]): Promise<ReceiptStatus[]> {
    const deliveries = await reportedDeliveries(this.database, receipts);
    const now = Date.now();
    const known = receipts.flatMap(({ deliveryId, kind, at, reporter }, index) => {
      const delivery = deliveries[index];
      if (delivery === undefined) return [];
      // No phone's clock is believed beyond what can be: after the notification was made, and not later than now.
      const happened = Math.max(timeOfUuid(deliveryId), Math.min(at?.getTime() ?? now, now));
      return { ...delivery, appId: reporter.appId, deliveryId, kind, at: happened };
    });
    const news = await this.write(together(known));
    return receipts.map(({ deliveryId, kind }, index) => {
      if (deliveries[index] === undefined) return 'unknown';
      const recorded = news.get(deliveryId);
      const isNews = kind === 'received' ? recorded?.delivered : recorded?.[kind];
      return isNews === true ? 'recorded' : 'repeated';
    });
  }

  private async write(said: readonly Said[]): Promise<ReadonlyMap<Uuid, Recorded>> {
    if (said.length === 0) return new Map();
    const timeOf = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString());
    const { rows } = await this.database.query<Recorded>(RECORD_RECEIPTS, [
      said.map((each) => each.deliveryId),
      said.map((each) => each.appId),
      said.map((each) => each.notificationId),
      said.map((each) => each.deviceId),
      said.map((each) => each.provider),
      said.map((each) => each.replayOf ?? null),
      said.map((each) => timeOf(each.received)),
      said.map((each) => timeOf(each.opened)),
      said.map((each) => timeOf(each.dismissed)),
      said.map(() => newUuid()),
      said.map(() => newUuid()),
      said.map(() => newUuid()),
      said.map((each) => formatId('notification', each.notificationId)),
      said.map(({ deliveryId, deviceId, provider }) =>
        JSON.stringify({
          deliveryId: formatId('delivery', deliveryId),
          deviceId: formatId('device', deviceId),
          provider,
        }),
      ),
      this.shard,
    ]);
    return new Map(rows.map((row) => [row.id, row]));
  }
}
