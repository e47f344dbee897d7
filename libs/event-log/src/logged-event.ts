import { formatId, type FeedEvent, type Uuid } from '@signalbox/contracts';

/** One row of the log without its encrypted content, which no reader of the feed ever gets. */
export interface LoggedEvent {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly type: string;
  readonly subject: string;
  readonly seq: number | undefined;
  readonly data: Record<string, unknown>;
  readonly at: Date;
}

/** A row of feed.queries.ts as node-postgres and Prisma hand them over. */
export interface LoggedEventRow {
  readonly id: Uuid;
  readonly app_id: Uuid;
  readonly type: string;
  readonly subject: string;
  readonly seq: string | null;
  readonly payload: Record<string, unknown>;
  readonly at: Date;
  readonly xid: string;
}

export function loggedEventOf(row: LoggedEventRow): LoggedEvent {
  return {
    id: row.id,
    appId: row.app_id,
    type: row.type,
    subject: row.subject,
    seq: row.seq === null ? undefined : Number(row.seq),
    data: row.payload,
    at: row.at,
  };
}

/**
 * The public face of an event, in CloudEvents 1.0 attribute names. The fact `notification.accepted` is the
 * notification itself: its `evt_` id and the notification's `ntf_` id hold the same UUID.
 */
export function feedEventOf(event: LoggedEvent): FeedEvent {
  return {
    id: formatId('event', event.id),
    source: `/apps/${formatId('app', event.appId)}`,
    type: event.type,
    subject: event.subject,
    time: event.at.toISOString(),
    ...(event.seq === undefined ? {} : { seq: event.seq }),
    data: event.data,
  };
}
