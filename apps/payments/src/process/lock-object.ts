import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { Kind } from './kinds.js';
import type { ObjectRef } from './object-ref.js';
import { LOCK_OBJECT, MAKE_OBJECT } from './process.queries.js';
import type { State } from './states/state.js';

export interface LockedObject {
  readonly rev: bigint;
  readonly seq: bigint;
  /** Empty where nothing is known but that it exists. */
  readonly state: Partial<State>;
  readonly paymentId: Uuid | null;
}

/** Locks what we know of an object for the rest of the transaction; makes its row when there is none. */
export async function lockObject(
  tx: Sql,
  object: ObjectRef,
  kind: Kind,
  paymentId: Uuid | undefined,
): Promise<LockedObject> {
  const { key, appId, account, livemode, objectId } = object;
  const locked = await lock(tx, key);
  if (locked !== undefined) return locked;
  await tx.query(MAKE_OBJECT, [key, appId, account, kind, objectId, livemode, paymentId ?? null]);
  return (await lock(tx, key))!;
}

async function lock(tx: Sql, key: Uuid): Promise<LockedObject | undefined> {
  const { rows } = await tx.query<{ rev: string; seq: string; state: Partial<State>; paymentId: Uuid | null }>(
    LOCK_OBJECT,
    [key],
  );
  const row = rows[0];
  return row && { ...row, rev: BigInt(row.rev), seq: BigInt(row.seq) };
}
