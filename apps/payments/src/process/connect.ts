import { newUuid, type Uuid, objectKey } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { NotNow, UserFinder } from './find-user.js';
import type { Kind, Links } from './kinds.js';
import type { Charge } from './normalise/charge.js';
import type { ObjectRef } from './object-ref.js';
import { KEEP_PAYMENT, PAYMENT, STATE } from './process.queries.js';
import type { State } from './states/state.js';

/** The payment that an object belongs to. */
export interface PaymentLink {
  readonly id: Uuid;
  /** Stripe's id of its intent. */
  readonly paymentIntent: string;
  /** Of the intent's object. */
  readonly key: Uuid;
}

/** What an object has to do with others. */
export interface Connections {
  readonly payment: PaymentLink | undefined;
  readonly userId: string | undefined;
}

export interface ConnectOptions {
  readonly kind: Kind;
  readonly links: Links;
  /** Somebody may be told: it matters who the user is. */
  readonly tells: boolean;
  /** Nothing was known of the object when its inbox was read. */
  readonly isNew: boolean;
  /** Milliseconds since the newest event came: how long the user was waited for already. */
  readonly age: number;
}

/** Facts wait this long for Stripe to say who the user is; then they are told without one. Milliseconds. */
const PATIENCE_MS = 60_000;

/**
 * Finds the payment and the user of an object, and makes the payment when this is the first that we hear of it: refunds and
 * disputes may be told of before the payment itself. Done before the object is locked, since it may have to ask Stripe; done
 * twice it does no harm.
 */
export async function connect(
  sql: Sql,
  users: UserFinder,
  object: ObjectRef,
  { kind, links, tells, isNew, age }: ConnectOptions,
): Promise<Connections | NotNow> {
  const paymentIntent = kind === 'payment_intent' ? object.objectId : await intentOf(sql, object, links);
  // Of an intent that is new, names its user and is none of ours nearly never a payment is known; to keep one finds it where it is.
  const isUnheardOf = kind === 'payment_intent' && isNew && links.userId !== undefined && links.payment === undefined;
  const asked = isUnheardOf ? undefined : paymentIntent;
  const known = asked === undefined ? undefined : await findPayment(sql, object, asked);
  const found = known?.userId ?? (await searched(users, object, links, { tells, age, paymentIntent }));
  if (typeof found === 'object') return found;
  if (paymentIntent === undefined) return { payment: undefined, userId: found };
  const isKept = known !== undefined && (known.userId !== null || found === undefined);
  const payment = isKept ? known : await keepPayment(sql, object, paymentIntent, found, links.payment);
  return {
    payment: { id: payment.id, paymentIntent, key: keyOf(object, paymentIntent) },
    userId: payment.userId ?? found,
  };
}

async function searched(
  users: UserFinder,
  object: ObjectRef,
  links: Links,
  { tells, age, paymentIntent }: { tells: boolean; age: number; paymentIntent: string | undefined },
): Promise<string | undefined | NotNow> {
  if (!tells) return links.userId;
  // The intent of this very event needs no looking up: what it links to was in the event.
  const payment = paymentIntent === object.objectId ? undefined : paymentIntent;
  const found = await users.find(object, links, payment);
  return typeof found === 'object' && age > PATIENCE_MS ? undefined : found;
}

/** An old refund or a fraud warning names only its charge. */
async function intentOf(sql: Sql, object: ObjectRef, links: Links): Promise<string | undefined> {
  if (links.paymentIntent !== undefined || links.charge === undefined) return links.paymentIntent;
  const { rows } = await sql.query<{ state: Partial<State<Charge>> }>(STATE, [keyOf(object, links.charge)]);
  return rows[0]?.state.now?.paymentIntent;
}

interface PaymentRow {
  readonly id: Uuid;
  readonly userId: string | null;
}

async function findPayment(sql: Sql, object: ObjectRef, paymentIntent: string): Promise<PaymentRow | undefined> {
  return (await sql.query<PaymentRow>(PAYMENT, [keyOf(object, paymentIntent)])).rows[0];
}

async function keepPayment(
  sql: Sql,
  object: ObjectRef,
  paymentIntent: string,
  userId: string | undefined,
  ours: Uuid | undefined,
): Promise<PaymentRow> {
  const { appId, account, livemode } = object;
  const key = keyOf(object, paymentIntent);
  const { rows } = await sql.query<PaymentRow>(KEEP_PAYMENT, [
    newUuid(),
    appId,
    account,
    paymentIntent,
    key,
    userId ?? null,
    livemode,
    ours ?? null,
  ]);
  return rows[0]!;
}

function keyOf({ appId, account }: ObjectRef, objectId: string): Uuid {
  return objectKey(appId, account, objectId);
}
