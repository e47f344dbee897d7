import type { Database, Sql } from '@signalbox/database';
import { registerConsumer, runConsumer, type LoggedEvent } from '@signalbox/event-log';
import type { Offer, Publisher } from '@signalbox/queues';
import { atCrashPoint } from '@signalbox/resilience';
import type { Logger } from '@signalbox/telemetry';
import { enlist } from '../deliveries/enlist.js';
import { RECEIVERS } from './fan-out.queries.js';
import { wants, type Receiver } from './wants.js';

const POLL_MS = 250;
const PLACE = { name: 'events.webhooks', startFrom: 'now' } as const;

/** Resolves once no event that commits from now on can be missed; needed before the first endpoint can be made. */
export function standInTheFeed(database: Database): Promise<void> {
  return registerConsumer({ database, ...PLACE });
}

/**
 * Follows the feed and takes each event on for every endpoint that wants it, in the transaction that moves the cursor: once,
 * in the feed's order, whoever dies. Processes take turns under one name.
 */
export function fanOut(parts: {
  readonly database: Database;
  readonly publisher: Publisher;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { database, publisher, logger, signal } = parts;
  return runConsumer({
    database,
    ...PLACE,
    pollMs: POLL_MS,
    signal,
    handle: async (tx, events) => {
      const offers = await atCrashPoint('fan-out.write', () => takeOn(tx, events));
      return () => void publisher.publish(offers, 'fan-out.publish');
    },
    onError: (error) => logger.warn({ err: error }, 'events were not taken on for webhooks; trying again'),
  });
}

async function takeOn(tx: Sql, events: readonly LoggedEvent[]): Promise<Offer[]> {
  const apps = [...new Set(events.map((event) => event.appId))];
  const { rows: receivers } = await tx.query<Receiver>(RECEIVERS, [apps]);
  const enlistings = events.flatMap((event) =>
    receivers
      .filter((receiver) => wants(receiver, event))
      .map(({ id: endpointId, appId }) => ({ endpointId, appId, event })),
  );
  return enlist(tx, enlistings, 'transactional');
}
