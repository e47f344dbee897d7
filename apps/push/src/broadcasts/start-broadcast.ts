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
import { Problem, problems } from '@signalbox/http';
import type { Publisher } from '@signalbox/queues';
import { atCrashPoint } from '@signalbox/resilience';
import { traceparent } from '@signalbox/telemetry';
import type { Audience } from '../audiences/audience.js';
import { findSegment } from '../audiences/segments.js';
import { EARLIER_ANSWERS } from '../notify/accept.queries.js';
import { acceptedData } from '../notify/accepted-data.js';
import type { AcceptResult } from '../notify/acceptor.js';
import type { Composed, Composer, Saying } from '../notify/composer.js';
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
  const named = key === undefined ? undefined : nameOf(appId, key, request);
  const read = await readRequest(database, composer, appId, request, named);
  if ('kind' in read) return read;
  const { audience, composed } = read;
  const sealed = await cipher.encrypt(appId, Buffer.from(JSON.stringify(composed.content)));
  const now = timeOfUuid(id);
  const timing = timingOf(now, request.options);
  const startsAt = Math.max(now, timing.dueAt ?? now);
  const work = stepWork(id, appId, startsAt);
  try {
    const earlier = await atCrashPoint('broadcast.start', () =>
      database.transaction(async (tx): Promise<AcceptResult | undefined> => {
        const replayed = named && (await claimKey(tx, named, id));
        if (replayed !== undefined) return replayed;
        const data = { root: id, ...acceptedData(recipientsOf(request.to), composed, timing, traceparent()) };
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

/** What was answered to a request before, if anything. */
export async function earlierBroadcast(
  database: Database,
  appId: Uuid,
  request: BroadcastRequest,
  key: string | undefined,
): Promise<AcceptResult | undefined> {
  return key === undefined ? undefined : earlierAnswer(database, nameOf(appId, key, request));
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

interface NamedRequest {
  readonly hash: Uuid;
  readonly requestHash: Buffer;
}

function nameOf(appId: Uuid, key: string, request: BroadcastRequest): NamedRequest {
  const requestHash = createHash('sha256').update(JSON.stringify(request)).digest();
  return { hash: idempotencyHash(appId, ROUTE, key), requestHash };
}

/** Whom it is for and what it says. One that was started before is answered as then, though its segment or template may be gone since. */
async function readRequest(
  database: Database,
  composer: Composer,
  appId: Uuid,
  request: BroadcastRequest,
  named: NamedRequest | undefined,
): Promise<{ readonly audience: Audience; readonly composed: Composed } | AcceptResult> {
  try {
    const audience = await audienceOf(database, appId, request.to);
    return { audience, composed: await composer.compose(appId, sayingOf(request)) };
  } catch (error) {
    const earlier = error instanceof Problem && named !== undefined ? await earlierAnswer(database, named) : undefined;
    if (earlier?.kind === 'replayed') return earlier;
    throw error;
  }
}

/** @returns what was answered to the key before, if anything. */
async function claimKey(tx: Sql, named: NamedRequest, id: Uuid): Promise<AcceptResult | undefined> {
  const { rowCount } = await tx.query(CLAIM_KEY, [named.hash, named.requestHash, id]);
  if (rowCount > 0) return undefined;
  const gone = { kind: 'unknown', cause: 'the idempotency key expired this very moment' } as const;
  return (await earlierAnswer(tx, named)) ?? gone;
}

async function earlierAnswer(sql: Sql, { hash, requestHash }: NamedRequest): Promise<AcceptResult | undefined> {
  const { rows } = await sql.query<{ requestHash: Buffer; resultId: Uuid }>(EARLIER_ANSWERS, [[hash]]);
  const [earlier] = rows;
  if (earlier === undefined) return undefined;
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
