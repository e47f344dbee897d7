import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { Kind } from './kinds.js';
import type { ObjectRef } from './object-ref.js';
import { LOCK_OBJECT, MAKE_OBJECT, OPEN_AND_HAPPENED } from './process.queries.js';
import type { State } from './states/state.js';

export interface LockedObject {
  readonly rev: bigint;
  readonly seq: bigint;
  /** Empty where nothing is known but that it exists. */
  readonly state: Partial<State>;
  readonly paymentId: Uuid | null;
  /** Present where its row was made here; else it may have changed until the lock was there. */
  readonly inbox?: Inbox;
}

/** What is open of an object, and what was told of it. */
export interface Inbox {
  readonly open: readonly Uuid[];
  readonly happened: readonly string[];
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
  const { rows } = await tx.query<LockedRow & Inbox>(MAKE_OBJECT, values);
  const [made] = rows;
  // Where another was quicker, it has waited for that one's commit.
  return made ? { ...lockedOf(made), inbox: { open: made.open, happened: made.happened } } : (await lock(tx, object))!;
}

/** To be asked under the lock: another worker may have done some of it, and more may have come. */
export async function inboxOf(tx: Sql, { key }: ObjectRef): Promise<Inbox> {
  return (await tx.query<Inbox>(OPEN_AND_HAPPENED, [key])).rows[0]!;
}

async function lock(tx: Sql, { key }: ObjectRef): Promise<LockedObject | undefined> {
  const { rows } = await tx.query<LockedRow>(LOCK_OBJECT, [key]);
  return rows[0] && lockedOf(rows[0]);
}

interface LockedRow extends Omit<LockedObject, 'rev' | 'seq' | 'inbox'> {
  readonly rev: string;
  readonly seq: string;
}

function lockedOf(row: LockedRow): LockedObject {
  return { rev: BigInt(row.rev), seq: BigInt(row.seq), state: row.state, paymentId: row.paymentId };
}
