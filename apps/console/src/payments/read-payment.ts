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

/** Of each kind, what a page shows at most: the newest, since a payment that card testers play with has thousands. */
export const SHOWN = 500;

/** A payment with all that is known of it; undefined: there is no such payment. */
export async function readPayment(sql: Sql, id: Uuid): Promise<PaymentStory | undefined> {
  const [payment] = (await sql.query<Payment>(PAYMENT, [id])).rows;
  if (payment === undefined) return undefined;
  const parts = await sql.query<GatewayObject & { readonly place: number }>(OBJECTS_OF_PAYMENT, [id, SHOWN + 1]);
  const objects = parts.rows.filter(({ place }) => place <= SHOWN);
  const keys = new Set([...(payment.objectKey === null ? [] : [payment.objectKey]), ...objects.map(({ key }) => key)]);
  const [operations, told, ofBraintree, ledger, facts] = await Promise.all([
    sql.query<Operation>(OPERATIONS, [id, SHOWN + 1]),
    readTold(sql, [...keys]),
    sql.query<Effect>(BRAINTREE_EFFECTS, [id, SHOWN + 1]),
    sql.query<LedgerEntry>(LEDGER, [id, SHOWN + 1]),
    readEvents(sql, { subject: formatId('payment', id) }),
  ]);
  const shown = <Row>({ rows }: { readonly rows: readonly Row[] }): readonly Row[] => rows.slice(0, SHOWN).toReversed();
  return {
    ...{ payment, objects, operations: shown(operations), ...told, effects: [...told.effects, ...shown(ofBraintree)] },
    ...{ ledger: shown(ledger), facts: facts.events },
    moreLeftOut:
      objects.length < parts.rows.length || [operations, ofBraintree, ledger].some(({ rows }) => rows.length > SHOWN),
  };
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

/** What the gateway told, and what followed. */
type ToldOf = Pick<PaymentStory, 'events' | 'olderLeftOut' | 'effects'>;

export interface StripeObjectStory extends ToldOf {
  readonly object: StripeObject;
}

/** What we were told of an object of Stripe's, by its key; undefined: nothing. */
export async function readStripeObject(sql: Sql, key: Uuid): Promise<StripeObjectStory | undefined> {
  const [kept] = (await sql.query<StripeObject>(STRIPE_OBJECT, [key])).rows;
  const object = kept ?? (await sql.query<StripeObject>(FIRST_TOLD, [key])).rows[0];
  return object && { object, ...(await readTold(sql, [key])) };
}

async function readTold(sql: Sql, keys: readonly Uuid[]): Promise<ToldOf> {
  const { rows } = await sql.query<GatewayEvent>(GATEWAY_EVENTS, [keys, SHOWN + 1]);
  const newest = rows.slice(0, SHOWN);
  const effects = await sql.query<Effect>(EFFECTS, [keys, newest.map(({ id }) => id)]);
  const events = newest.toReversed().sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  return { events, olderLeftOut: rows.length > SHOWN, effects: effects.rows };
}
