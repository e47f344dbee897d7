import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { LOCK_NAMED, LOCK_OPEN } from './dead-letter.queries.js';

/** Which open letters are meant. What is left out matches everything; `appId` null means all apps. */
export interface Selection {
  readonly appId: Uuid | null;
  readonly provider?: string | undefined;
  readonly lane?: string | undefined;
  readonly reason?: string | undefined;
  readonly queue?: string | undefined;
  readonly ids?: readonly Uuid[] | undefined;
}

/** An open letter that this transaction has locked. */
export interface LockedLetter {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly credentialId: Uuid | null;
  readonly notificationId: Uuid;
  readonly deviceId: Uuid;
  readonly rootId: Uuid;
  readonly provider: string;
  readonly queue: string;
  readonly lane: string;
  readonly reason: string;
  /** Whom it was for, where its notification does not say. */
  readonly userId: string | null;
}

/** Locks open letters of a selection until the end of the transaction, in the order of their ids. */
export async function lockOpen(tx: Sql, selection: Selection, most: number): Promise<readonly LockedLetter[]> {
  const { rows } = selection.ids
    ? await tx.query<LockedLetter>(LOCK_NAMED, [selection.appId, selection.ids])
    : await tx.query<LockedLetter>(LOCK_OPEN, [...matchOf(selection), most]);
  return rows;
}

/** The first five parameters of every statement that takes a selection. */
export function matchOf({ appId, provider, lane, reason, queue = queueOf(provider, lane) }: Selection): Match {
  return [appId, provider ?? null, lane ?? null, reason ?? null, queue ?? null];
}

type Match = readonly [string | null, string | null, string | null, string | null, string | null];

/** Provider and lane have one queue, by which groups are indexed. */
function queueOf(provider: string | undefined, lane: string | undefined): string | undefined {
  return provider === undefined || lane === undefined ? undefined : `push.${provider}.${lane}`;
}
