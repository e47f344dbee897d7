import { formatId, noticeIdOf, type FeedEvent, type PaymentTimelineEntry, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { readEvents } from '@signalbox/event-log';
import { EFFECTS, EVENTS } from './payment.queries.js';

/** Events shown of one payment, at most, the newest: one that card testers play with has thousands. */
const SHOWN = 1_000;

interface EventRow {
  readonly id: Uuid;
  readonly gatewayEvent: string;
  readonly type: string;
  readonly object: string | null;
  readonly shape: PaymentTimelineEntry['shape'];
  readonly via: PaymentTimelineEntry['via'];
  readonly createdAt: Date;
  readonly receivedAt: Date;
  readonly decision: Exclude<PaymentTimelineEntry['decision'], 'waiting' | 'dead'> | null;
  readonly detail: string | null;
  /** It is in the inbox. */
  readonly waits: boolean;
  /** Why it is dead there. */
  readonly reason: string | null;
  readonly deadDetail: string | null;
}

interface EffectRow {
  readonly effect: string;
  readonly event: Uuid;
  readonly fact: Uuid;
  readonly at: Date;
}

/**
 * The newest events about a payment's objects, in order of time, what was decided, the facts that were told of each, and the
 * notifications that were made of those. A notification's id is computed from the fact's, so each is found by its primary key.
 */
export async function readTimeline(
  sql: Sql,
  appId: Uuid,
  objectKeys: readonly Uuid[],
): Promise<PaymentTimelineEntry[]> {
  const events = await sql.query<EventRow>(EVENTS, [objectKeys, SHOWN]);
  const effects = await sql.query<EffectRow>(EFFECTS, [objectKeys, events.rows.map(({ id }) => id)]);
  const facts = effects.rows.map(({ fact }) => fact);
  const logged = await readEvents(sql, appId, [...facts, ...facts.map(noticeIdOf)]);
  const effectsOf = Map.groupBy(effects.rows, ({ event }) => event);
  return events.rows.map((row) => ({
    id: formatId('stripeEvent', row.id),
    gatewayEvent: row.gatewayEvent,
    type: row.type,
    object: row.object,
    shape: row.shape,
    via: row.via,
    createdAt: row.createdAt.toISOString(),
    receivedAt: row.receivedAt.toISOString(),
    ...decisionOf(row),
    effects: (effectsOf.get(row.id) ?? []).map((effect) => viewEffect(effect, logged)),
  }));
}

/** An event that is worked on again is waiting, whatever was decided before. */
function decisionOf({
  decision,
  detail,
  waits,
  reason,
  deadDetail,
}: EventRow): Pick<PaymentTimelineEntry, 'decision' | 'detail'> {
  if (reason !== null)
    return { decision: 'dead', detail: [reason, deadDetail].filter((part) => part !== null).join(': ') };
  return waits || decision === null ? { decision: 'waiting', detail: null } : { decision, detail };
}

function viewEffect(
  { effect, fact, at }: EffectRow,
  logged: ReadonlyMap<Uuid, FeedEvent>,
): PaymentTimelineEntry['effects'][number] {
  const told = logged.get(fact);
  const noticeId = noticeIdOf(fact);
  const notice = logged.get(noticeId);
  return {
    effect,
    at: at.toISOString(),
    // Facts are kept as long as the log is.
    fact: told === undefined ? null : { id: told.id, type: told.type, data: told.data },
    notification: notice === undefined ? null : { id: formatId('notification', noticeId), acceptedAt: notice.time },
  };
}
