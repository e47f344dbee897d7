import { formatId, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { readEvents } from '../events/read-events.js';
import {
  BRAINTREE_EFFECTS,
  EFFECTS,
  FIRST_TOLD,
  GATEWAY_EVENTS,
  LEDGER,
  OBJECTS_OF_PAYMENT,
  OPERATIONS,
  PAYMENT,
  STRIPE_OBJECT,
} from './payment.queries.js';
import type {
  Effect,
  GatewayEvent,
  GatewayObject,
  LedgerEntry,
  Operation,
  Payment,
  PaymentStory,
} from './payment-story.js';

/** Events that a page shows, at most, the oldest: one that card testers play with has thousands. */
const SHOWN = 500;

/** A payment with all that is known of it; undefined: there is no such payment. */
export async function readPayment(sql: Sql, id: Uuid): Promise<PaymentStory | undefined> {
  const [payment] = (await sql.query<Payment>(PAYMENT, [id])).rows;
  if (payment === undefined) return undefined;
  const { rows: objects } = await sql.query<GatewayObject>(OBJECTS_OF_PAYMENT, [id]);
  const keys = [...(payment.objectKey === null ? [] : [payment.objectKey]), ...objects.map(({ key }) => key)];
  const [operations, told, ofBraintree, ledger, facts] = await Promise.all([
    sql.query<Operation>(OPERATIONS, [id]),
    readTold(sql, keys),
    sql.query<Effect>(BRAINTREE_EFFECTS, [id]),
    sql.query<LedgerEntry>(LEDGER, [id]),
    readEvents(sql, { subject: formatId('payment', id) }),
  ]);
  const effects = [...told.effects, ...ofBraintree.rows];
  const { events } = told;
  return { payment, objects, operations: operations.rows, events, effects, ledger: ledger.rows, facts: facts.events };
}

/** An object of Stripe's, of whichever app. */
export interface StripeObject {
  readonly appId: Uuid;
  readonly account: string;
  readonly objectType: string | null;
  readonly objectId: string;
  readonly livemode: boolean;
  /** Absent where we were told of it and keep nothing. */
  readonly state?: Readonly<Record<string, unknown>>;
  readonly deleted?: boolean;
  readonly paymentId?: Uuid | null;
  readonly updatedAt?: Date;
}

export interface StripeObjectStory {
  readonly object: StripeObject;
  readonly events: readonly GatewayEvent[];
  readonly effects: readonly Effect[];
}

/** What we were told of an object of Stripe's, by its key; undefined: nothing. */
export async function readStripeObject(sql: Sql, key: Uuid): Promise<StripeObjectStory | undefined> {
  const [kept] = (await sql.query<StripeObject>(STRIPE_OBJECT, [key])).rows;
  const object = kept ?? (await sql.query<StripeObject>(FIRST_TOLD, [key])).rows[0];
  return object && { object, ...(await readTold(sql, [key])) };
}

async function readTold(sql: Sql, keys: readonly Uuid[]): Promise<Pick<StripeObjectStory, 'events' | 'effects'>> {
  const [events, effects] = await Promise.all([
    sql.query<GatewayEvent>(GATEWAY_EVENTS, [keys, SHOWN]),
    sql.query<Effect>(EFFECTS, [keys]),
  ]);
  return { events: events.rows, effects: effects.rows };
}
