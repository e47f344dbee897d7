import { formatId, type StripeEventView, type Uuid } from '@signalbox/contracts';

/** An event with what became of it, as the queries of this folder name its columns. */
export interface EventRow {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly eventId: string;
  readonly account: string;
  readonly type: string;
  readonly objectType: string | null;
  readonly objectId: string | null;
  readonly objectKey: Uuid;
  readonly shape: StripeEventView['shape'];
  readonly snapshotEvent: string | null;
  readonly apiVersion: string | null;
  readonly livemode: boolean;
  readonly via: StripeEventView['via'];
  readonly sourceId: Uuid | null;
  readonly created: Date;
  readonly receivedAt: Date;
  readonly inInbox: boolean;
  readonly reason: string | null;
  readonly deadDetail: string | null;
  readonly decision: string | null;
  readonly decisionDetail: string | null;
}

export function viewEvent(row: EventRow): StripeEventView {
  const { eventId, type, objectType, objectId, shape, snapshotEvent, apiVersion, livemode, via, reason } = row;
  return {
    id: formatId('stripeEvent', row.id),
    eventId,
    type,
    account: row.account === '' ? null : row.account,
    objectType,
    objectId,
    shape,
    snapshotEvent,
    apiVersion,
    livemode,
    via,
    sourceId: row.sourceId === null ? null : formatId('stripeSource', row.sourceId),
    createdAt: row.created.toISOString(),
    receivedAt: row.receivedAt.toISOString(),
    state: stateOf(row),
    reason,
    decision: row.decision,
    detail: row.deadDetail ?? row.decisionDetail,
  };
}

function stateOf({ inInbox, reason }: EventRow): StripeEventView['state'] {
  if (reason !== null) return 'dead';
  return inInbox ? 'waiting' : 'decided';
}
