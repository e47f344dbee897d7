import type { FeedEvent, Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { readEvents } from '@signalbox/event-log';
import type { LeasedWork } from '@signalbox/queues';
import type { Secrets } from '../secrets/secrets.js';
import type { Signer } from '../secrets/sign.js';
import type { PostItem } from '../work/events-work.js';
import { DELIVERIES_TO_POST, ENDPOINT_TO_POST_TO } from './load.queries.js';

export interface EndpointToPostTo {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly url: string;
  readonly enabled: boolean;
  readonly mode: 'live' | 'test';
  /** A flag stops the webhooks of its app. */
  readonly isOff: boolean;
  /** How long its breaker stays open; null: closed; 0 or less: a probe is due. */
  readonly openMs: number | null;
}

/** One delivery that is still owed. */
export interface LoadedItem {
  readonly item: PostItem;
  /** Attempts of this round, with the one to be made. */
  readonly tries: number;
  /** Undefined: older than the log is kept. */
  readonly event: FeedEvent | undefined;
}

export interface LoadedWork {
  /** Undefined: it was deleted. */
  readonly endpoint: EndpointToPostTo | undefined;
  readonly signers: readonly Signer[];
  readonly items: readonly LoadedItem[];
}

interface DeliveryRow {
  readonly id: Uuid;
  readonly eventId: Uuid;
  readonly attempt: number;
  readonly roundStart: number;
}

/**
 * Reads what a work row needs, and leaves out the deliveries that an earlier holder of the row has settled: those that have
 * ended, and those whose attempt is not behind the row's.
 */
export async function loadWork(database: Database, secrets: Secrets, work: LeasedWork<PostItem>): Promise<LoadedWork> {
  const endpointId = work.credentialId!;
  const [endpoints, deliveries, signers] = await Promise.all([
    database.query<EndpointToPostTo>(ENDPOINT_TO_POST_TO, [endpointId]),
    database.query<DeliveryRow>(DELIVERIES_TO_POST, [work.items.map((item) => item.d)]),
    secrets.signersOf(database, work.appId!, endpointId),
  ]);
  const rowOf = new Map(deliveries.rows.map((row) => [row.id, row]));
  const owed = work.items.flatMap((item) => {
    const row = rowOf.get(item.d);
    return row !== undefined && row.attempt < item.a ? [{ item, row }] : [];
  });
  const events = await readEvents(
    database,
    work.appId!,
    owed.map(({ row }) => row.eventId),
  );
  return {
    endpoint: endpoints.rows[0],
    signers,
    items: owed.map(({ item, row }) => ({
      item,
      tries: item.a - row.roundStart,
      event: events.get(row.eventId),
    })),
  };
}
