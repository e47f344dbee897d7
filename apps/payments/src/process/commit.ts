import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import type { Offer } from '@signalbox/queues';
import { wantBooking } from '../ledger/booking/want-booking.js';
import { post } from '../ledger/post.js';
import type { Connections } from './connect.js';
import { decide, type Decided, type Observation } from './decide.js';
import { deathOf, factsOf, givenBackFact, type Told } from './facts.js';
import { keepCustomer } from './find-user.js';
import type { Kind } from './kinds.js';
import { inboxOf, type LockedObject, lockObject, makeObject, stateOf } from './lock-object.js';
import type { ObjectRef } from './object-ref.js';
import type { Dead } from './observe.js';
import { EMPTY_BODIES, WRITE } from './process.queries.js';
import type { Customer } from './normalise/customer.js';
import { erasedUserOf } from './states/erased.js';
import type { State } from './states/state.js';
import { tellGivenBack } from './tell-given-back.js';

/** What was found out about an object's events before its lock is taken. */
export interface Prepared {
  readonly object: ObjectRef;
  readonly kind: Kind;
  readonly connections: Connections;
  readonly observations: readonly Observation[];
  /** Events about which no object has to be looked at. */
  readonly settled: readonly Decided[];
  readonly dead: readonly Dead[];
  /** Nothing was known of the object when its inbox was read. */
  readonly isNew: boolean;
  /** The revision for which Stripe was asked; undefined where it was not. */
  readonly askedFor: bigint | undefined;
}

/** What one commit did; `stale`: the object moved on since Stripe was asked. */
export type Committed =
  | { readonly stale: true }
  | {
      readonly stale: false;
      readonly decided: readonly Decided[];
      readonly dead: readonly Dead[];
      /** More came while these were prepared. */
      readonly newcomers: boolean;
      /** Work that was left behind. */
      readonly offers: readonly Offer[];
    };

/** Works off what is still open of an object's events, in the caller's transaction and under the object's lock. */
export async function commit(tx: Sql, prepared: Prepared): Promise<Committed> {
  const { object, kind, connections, isNew, askedFor } = prepared;
  const locked = await (isNew ? makeObject : lockObject)(tx, object, kind, connections.payment?.id);
  if (askedFor !== undefined && locked.rev !== askedFor) return { stale: true };
  const inbox = locked.inbox ?? (await inboxOf(tx, object));
  const [open, happened] = [new Set(inbox.open), new Set(inbox.happened)];
  const dead = prepared.dead.filter(({ row }) => open.has(row.id));
  const settled = prepared.settled.filter(({ event }) => open.has(event));
  const observations = prepared.observations.filter(({ seen }) => open.has(seen.event.id));
  const known = stateOf(locked);
  const { state, deleted, decided, made } = decide(object.objectId, known, happened, observations);
  const moved = state && (await moneyMoved(tx, prepared, locked, state, observations));
  // A fact about the payment has a number of the payment's, which this object may be itself.
  const seq = kind === 'payment_intent' ? (moved?.fact.seq ?? locked.seq) : locked.seq;
  const told = state === undefined ? [] : factsOf(object, kind, connections, state, made, seq);
  if (kind === 'customer' && state !== undefined) await keepCustomerOf(tx, object, state, deleted);
  const all = moved === undefined ? told : [moved, ...told];
  await append(tx, [...all.map(({ fact }) => fact), ...dead.map(deathOf)]);
  await post(
    tx,
    all.map(({ fact }) => fact),
  );
  const offers = state === undefined ? [] : await wantBooking(tx, object, known, state);
  const done = [...decided, ...settled];
  if (done.length + dead.length > 0) {
    const paymentId = connections.payment?.id;
    await write(tx, object, { state, deleted, seqs: told.length, paymentId, told: all, decided: done, dead });
    // Stripe goes on telling of old payments, with name and address: nobody needs those of a user who was erased.
    if (erasedUserOf(state) !== undefined) await tx.query(EMPTY_BODIES, [done.map(({ event }) => event)]);
  }
  return { stale: false, decided: done, dead, newcomers: open.size > done.length + dead.length, offers };
}

async function moneyMoved(
  tx: Sql,
  { object, kind, connections }: Prepared,
  locked: LockedObject,
  after: State,
  observations: readonly Observation[],
): Promise<Told | undefined> {
  const last = observations.at(-1);
  if (connections.payment === undefined || last === undefined) return undefined;
  const moved = await tellGivenBack(tx, { object, kind, payment: connections.payment, locked, after });
  return moved && givenBackFact(object, connections, last.seen.event, moved);
}

function keepCustomerOf(tx: Sql, object: ObjectRef, state: State, isDeleted: boolean): Promise<void> {
  return keepCustomer(tx, object, object.objectId, (state as State<Customer>).now.userId, isDeleted);
}

interface Written {
  readonly state: State | undefined;
  readonly deleted: boolean;
  /** Facts told about this very object. */
  readonly seqs: number;
  readonly paymentId: Uuid | undefined;
  readonly told: readonly Told[];
  readonly decided: readonly Decided[];
  readonly dead: readonly Dead[];
}

async function write(tx: Sql, object: ObjectRef, written: Written): Promise<void> {
  const { state, deleted, seqs, paymentId, told, decided, dead } = written;
  await tx.query(WRITE, [
    object.key,
    JSON.stringify(state ?? {}),
    seqs,
    deleted,
    paymentId ?? null,
    told.map(({ effect }) => effect),
    told.map(({ event }) => event),
    told.map(({ fact }) => fact.id),
    decided.map(({ event }) => event),
    decided.map(({ decision }) => decision),
    decided.map(({ detail }) => detail ?? null),
    dead.map(({ row }) => row.id),
    dead.map(({ reason }) => reason),
    dead.map(({ detail }) => detail.slice(0, DETAIL_LENGTH)),
  ]);
}

/** Characters of the reason that an operator reads. */
const DETAIL_LENGTH = 500;
