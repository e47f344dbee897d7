import { createHash } from 'node:crypto';
import {
  type BroadcastRequest,
  formatId,
  newUuid,
  type NotificationAccepted,
  type SegmentFilter,
  timeOfUuid,
  type Uuid,
} from '@signalbox/contracts';
import type { ContentCipher } from '@signalbox/credentials';
import { type Database, DatabaseUnreachable, type Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { problems } from '@signalbox/http';
import type { Publisher } from '@signalbox/queues';
import { atCrashPoint } from '@signalbox/resilience';
import type { Audience } from '../audiences/audience.js';
import { findSegment } from '../audiences/segments.js';
import { EARLIER_ANSWERS } from '../notify/accept.queries.js';
import { acceptedData } from '../notify/accepted-data.js';
import type { AcceptResult } from '../notify/acceptor.js';
import type { Composer, Saying } from '../notify/composer.js';
import { idempotencyHash } from '../notify/idempotency.js';
import { refuseTooFarAhead, timingOf } from '../notify/timing.js';
import { pushWork } from '../work/push-work.js';
import { CLAIM_KEY, INSERT_BROADCAST } from './broadcast.queries.js';
import { stepWork } from './broadcast.handler.js';

export interface StartDependencies {
  readonly database: Database;
  readonly cipher: ContentCipher;
  readonly composer: Composer;
  readonly publisher: Publisher;
  /** How many days ahead one may be scheduled. */
  readonly daysAhead: number;
}

const ROUTE = 'POST /v1/broadcasts';

/**
 * Takes a broadcast on: its notification, its own row and the work row of its first step in one transaction. Its id is that of its
 * notification.
 *
 * @throws Problem 422 for a segment or a template that the app does not have, and for what some phone could not be sent.
 */
export async function startBroadcast(
  { database, cipher, composer, publisher, daysAhead }: StartDependencies,
  appId: Uuid,
  request: BroadcastRequest,
  key: string | undefined,
): Promise<AcceptResult> {
  const id = newUuid();
  refuseTooFarAhead(request.options.sendAt, daysAhead);
  const audience = await audienceOf(database, appId, request.to);
  const composed = await composer.compose(appId, sayingOf(request));
  const sealed = await cipher.encrypt(appId, Buffer.from(JSON.stringify(composed.content)));
  const now = timeOfUuid(id);
  const timing = timingOf(now, request.options);
  const startsAt = Math.max(now, timing.dueAt ?? now);
  const work = stepWork(id, appId, startsAt);
  try {
    const earlier = await atCrashPoint('broadcast.start', () =>
      database.transaction(async (tx): Promise<AcceptResult | undefined> => {
        const replayed = key === undefined ? undefined : await claimKey(tx, appId, key, request, id);
        if (replayed !== undefined) return replayed;
        const data = { root: id, ...acceptedData(recipientsOf(request.to), composed, timing) };
        const subject = formatId('notification', id);
        await append(tx, [{ id, appId, type: 'notification.accepted', subject, data, ...sealed }]);
        const { pacing } = request;
        const columns = [JSON.stringify(audience), JSON.stringify(pacing), new Date(startsAt)];
        await tx.query(INSERT_BROADCAST, [id, appId, 'scheduled', ...columns]);
        await pushWork.enqueue(tx, [work]);
        return undefined;
      }),
    );
    if (earlier !== undefined) return earlier;
  } catch (error) {
    if (error instanceof DatabaseUnreachable) return { kind: 'unknown', cause: error };
    throw error;
  }
  const { queue, lane, delay } = work;
  void publisher.publish([{ id: work.id, offer: 0, queue, lane, appId, count: 1, delay }], 'broadcast.publish');
  return { kind: 'accepted', id };
}

/** Whom the request means, as it stands at this moment. @throws Problem 422 */
export async function audienceOf(sql: Sql, appId: Uuid, to: BroadcastRequest['to']): Promise<Audience> {
  const { segment } = to;
  const audience = audienceWith(to, segment === undefined ? undefined : await findSegment(sql, appId, segment));
  if (audience !== undefined) return audience;
  const reason = `is no segment of this app; PUT /v1/segments/${segment} makes one`;
  throw problems.invalid([{ pointer: '/to/segment', reason }]);
}

/** The same, where `found` is the segment that it names; undefined: it names one that is not there. */
export function audienceWith(
  { topic, segment, filter }: BroadcastRequest['to'],
  found: { readonly version: number; readonly filter: SegmentFilter } | undefined,
): Audience | undefined {
  if (topic !== undefined) return { topic };
  if (filter !== undefined) return { filter };
  if (segment === undefined) return { everyone: true };
  return found && { segment, version: found.version, filter: found.filter };
}

/** @returns what was answered to the key before, if anything. */
async function claimKey(
  tx: Sql,
  appId: Uuid,
  key: string,
  request: BroadcastRequest,
  id: Uuid,
): Promise<AcceptResult | undefined> {
  const hash = idempotencyHash(appId, ROUTE, key);
  const requestHash = createHash('sha256').update(JSON.stringify(request)).digest();
  const { rowCount } = await tx.query(CLAIM_KEY, [hash, requestHash, id]);
  if (rowCount > 0) return undefined;
  const { rows } = await tx.query<{ requestHash: Buffer; resultId: Uuid }>(EARLIER_ANSWERS, [[hash]]);
  const [earlier] = rows;
  if (earlier === undefined) return { kind: 'unknown', cause: 'the idempotency key expired this very moment' };
  return earlier.requestHash.equals(requestHash) ? { kind: 'replayed', id: earlier.resultId } : { kind: 'conflict' };
}

/** What every phone would get, as a notification says it. */
export function sayingOf({ content, template, options }: BroadcastRequest): Saying {
  return { content, template, options: { ...options, dryRun: false } };
}

/** A filter may name people; the feed only says that there is one. */
export function recipientsOf({ topic, segment, filter }: BroadcastRequest['to']): NotificationAccepted['to'] {
  if (topic !== undefined) return { topic };
  if (segment !== undefined) return { segment };
  return filter === undefined ? { everyone: true } : { filter: true };
}
