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

export function stateOf({ state }: LockedObject): State | undefined {
  return state.now === undefined ? undefined : (state as State);
}

/** Locks what we know of an object for the rest of the transaction; makes its row when there is none. */
export async function lockObject(
  tx: Sql,
  object: ObjectRef,
  kind: Kind,
  paymentId: Uuid | undefined,
): Promise<LockedObject> {
  return (await lock(tx, object)) ?? (await makeObject(tx, object, kind, paymentId));
}

/** The same of an object that nobody is thought to know yet. */
export async function makeObject(
  tx: Sql,
  object: ObjectRef,
  kind: Kind,
  paymentId: Uuid | undefined,
): Promise<LockedObject> {
  const { key, appId, account, livemode, objectId } = object;
  const values = [key, appId, account, kind, objectId, livemode, paymentId ?? null];
  const { rows } = await tx.query<LockedRow>(MAKE_OBJECT, values);
  // Where another was quicker, it has waited for that one's commit.
  return rows[0] ? lockedOf(rows[0]) : (await lock(tx, object))!;
}

async function lock(tx: Sql, { key }: ObjectRef): Promise<LockedObject | undefined> {
  const { rows } = await tx.query<LockedRow>(LOCK_OBJECT, [key]);
  return rows[0] && lockedOf(rows[0]);
}

interface LockedRow extends Omit<LockedObject, 'rev' | 'seq'> {
  readonly rev: string;
  readonly seq: string;
}

function lockedOf(row: LockedRow): LockedObject {
  return { ...row, rev: BigInt(row.rev), seq: BigInt(row.seq) };
}
