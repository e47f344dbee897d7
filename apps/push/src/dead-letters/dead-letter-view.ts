import { type DeadLetterGroup, type DeadLetterView, formatId, type Uuid } from '@signalbox/contracts';

/** A letter with the answer of its delivery, as the queries of this folder name its columns. */
export interface LetterRow {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly notificationId: Uuid;
  readonly deviceId: Uuid;
  readonly provider: string;
  readonly lane: string;
  readonly reason: string;
  readonly attempt: number;
  readonly raw: unknown;
  readonly diedAt: Date;
  readonly resolution: 'replayed' | 'discarded' | null;
  readonly resolvedAt: Date | null;
  readonly replayId: Uuid | null;
  readonly note: string | null;
}

export interface GroupRow {
  readonly queue: string;
  readonly reason: string;
  readonly appId: Uuid;
  readonly provider: string;
  readonly lane: string;
  readonly count: number;
  readonly oldestAt: Date;
  readonly newestAt: Date;
  readonly exampleId: Uuid;
}

export function viewLetter(row: LetterRow): DeadLetterView {
  return {
    id: formatId('delivery', row.id),
    appId: formatId('app', row.appId),
    notificationId: formatId('notification', row.notificationId),
    deviceId: formatId('device', row.deviceId),
    provider: row.provider,
    lane: row.lane,
    reason: row.reason,
    attempt: row.attempt,
    ...(row.raw === null ? {} : { answer: row.raw }),
    diedAt: row.diedAt.toISOString(),
    state: row.resolution ?? 'open',
    ...(row.resolvedAt === null ? {} : { resolvedAt: row.resolvedAt.toISOString() }),
    ...(row.replayId === null ? {} : { replayId: formatId('delivery', row.replayId) }),
    ...(row.note === null ? {} : { note: row.note }),
  };
}

export function viewGroup(row: GroupRow): DeadLetterGroup {
  const { provider, lane, reason, count } = row;
  return {
    appId: formatId('app', row.appId),
    provider,
    lane,
    reason,
    count,
    oldestAt: row.oldestAt.toISOString(),
    newestAt: row.newestAt.toISOString(),
    exampleId: formatId('delivery', row.exampleId),
  };
}
