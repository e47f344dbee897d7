import { type DeadLetterRunView, formatId, type Uuid } from '@signalbox/contracts';
import type { Selection } from '../selection.js';

/** A run as the queries of this folder name its columns. */
export interface RunRow {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly action: 'replay' | 'discard';
  readonly provider: string | null;
  readonly lane: string | null;
  readonly reason: string | null;
  readonly perSecond: number | null;
  readonly note: string | null;
  readonly startedBy: string;
  readonly state: 'running' | 'stopped' | 'done';
  readonly letters: number;
  readonly done: number;
  readonly cursor: Uuid | null;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
}

/** What it names of itself; undefined is what it leaves out. */
export function selectionOfRun({ appId, provider, lane, reason }: RunRow): Selection & { readonly appId: Uuid } {
  return { appId, provider: provider ?? undefined, lane: lane ?? undefined, reason: reason ?? undefined };
}

export function viewRun(row: RunRow): DeadLetterRunView {
  const { action, startedBy, state, letters, done, startedAt, endedAt } = row;
  return {
    id: formatId('deadLetterRun', row.id),
    appId: formatId('app', row.appId),
    action,
    ...wishesOf(row),
    startedBy,
    state,
    letters,
    done,
    startedAt: startedAt.toISOString(),
    ...(endedAt === null ? {} : { endedAt: endedAt.toISOString() }),
  };
}

/** What was asked of it. */
export function wishesOf({ provider, lane, reason, perSecond, note }: RunRow) {
  return {
    ...(provider === null ? {} : { provider }),
    ...(lane === null ? {} : { lane }),
    ...(reason === null ? {} : { reason }),
    ...(perSecond === null ? {} : { perSecond }),
    ...(note === null ? {} : { note }),
  };
}
