import { formatId, newUuid, type Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { atCrashPoint } from '@signalbox/resilience';
import { DEADLINES_MS } from '../gateway/call-guard.js';
import { CLASS_OF, type GatewayName, type OperationKind } from '../gateway/gateway.js';
import type { ClientKey } from './client-key.js';
import type { Operation, OperationRequest, OrderedPayment } from './operation.js';
import { orderProblems } from './order-problems.js';
import {
  BEGIN_ON_ORDER,
  EARLIER_USE,
  LOCK_ORDER,
  MAKE_OPERATION,
  MAKE_ORDER,
  MAKE_PAYMENT,
  OPERATION_BY_ID,
  ORDERED_PAYMENT,
  PAYMENT_OVER,
  USE_KEY,
} from './order.queries.js';

/** What an order shall be paid with. */
export interface OrderTerms {
  readonly appId: Uuid;
  readonly orderId: string;
  readonly amount: number;
  readonly currency: string;
  readonly capture: 'automatic' | 'manual';
  readonly userId: string | undefined;
}

/** Where a new payment is to be made. */
export interface Place {
  readonly gateway: GatewayName;
  readonly account: string;
  readonly livemode: boolean;
}

/**
 * What comes of wanting something done:
 * - `begun`: the operation is kept, the order is ours; call the gateway and end it;
 * - `live`: the order has a payment that can be paid, or could be when it was last heard of: nothing has to be made;
 * - `repeated`: the key was used for the same before. `operation`: what was done then.
 */
export type Begun =
  | { readonly kind: 'begun'; readonly operation: Operation; readonly payment: OrderedPayment }
  | {
      readonly kind: 'live';
      readonly payment: OrderedPayment;
      readonly repeated: boolean;
      /** Whether it is of the terms that are wanted now. */
      readonly isSame: boolean;
    }
  | { readonly kind: 'repeated'; readonly payment: OrderedPayment; readonly operation: Operation };

interface OrderRow {
  readonly amount: number;
  readonly currency: string;
  readonly livePayment: Uuid | null;
  readonly operation: Uuid | null;
}

/** Seconds beyond its deadline after which an operation that nobody ended is somebody else's to ask for. */
const MARGIN_S = 8;

/**
 * Orders and what is done about them, one thing at a time: whatever is to change at a gateway is kept here first, under the
 * order's lock, and while its outcome is not known nothing else is begun.
 */
export class Orders {
  constructor(private readonly database: Database) {}

  /** Wants the order to have a payment that can be paid. @throws Problem */
  open(terms: OrderTerms, key: ClientKey, place: Place): Promise<Begun> {
    const { appId, orderId, amount, currency, userId } = terms;
    return this.serially(async (tx) => {
      await tx.query(MAKE_ORDER, [appId, orderId, amount, currency, userId ?? null, null]);
      const order = await lock(tx, appId, orderId);
      const earlier = await earlierUse(tx, appId, key);
      if (earlier !== undefined) {
        // From when it is begun until it is over, an order is paid by its payment. Not every gateway could say that it is over:
        // Braintree knows nothing of one that was never charged.
        if (earlier.payment.id !== order.livePayment) throw orderProblems.over(earlier.payment.id);
        return earlier;
      }
      await refuseFenced(tx, order);
      if (order.livePayment !== null) return this.join(tx, terms, key, order.livePayment);
      const payment: OrderedPayment = {
        id: newUuid(),
        gatewayRef: null,
        ...terms,
        ...place,
        userId: userId ?? null,
      };
      await tx.query(MAKE_PAYMENT, [
        payment.id,
        appId,
        payment.gateway,
        payment.account,
        orderId,
        payment.userId,
        payment.livemode,
        amount,
        currency,
        terms.capture,
      ]);
      return begin(tx, payment, { orderId, livePayment: payment.id }, key, 'open', {});
    });
  }

  /** Wants something done to a payment. @throws Problem */
  change(
    payment: OrderedPayment,
    key: ClientKey,
    kind: Exclude<OperationKind, 'open'>,
    request: OperationRequest,
  ): Promise<Begun> {
    const { appId, id } = payment;
    // A payment that nobody named an order for is an order of its own.
    const orderId = payment.orderId ?? formatId('payment', id);
    return this.serially(async (tx) => {
      await tx.query(MAKE_ORDER, [appId, orderId, payment.amount ?? 0, payment.currency ?? '', payment.userId, id]);
      const order = await lock(tx, appId, orderId);
      const earlier = await earlierUse(tx, appId, key);
      if (earlier !== undefined) return earlier;
      await refuseFenced(tx, order);
      if (order.livePayment !== id && takesMoney(kind)) throw orderProblems.notLive(id);
      // As it stands under the lock: what ended a moment ago may have changed it.
      const now = await paymentOf(tx, appId, id);
      return begin(tx, now, { ...order, orderId }, key, kind, request);
    });
  }

  /** The gateway said that a payment takes no money any more: the order, and the key that met it, are free for another. */
  async over({ appId, orderId, id }: OrderedPayment, { k }: ClientKey): Promise<void> {
    await this.database.query(PAYMENT_OVER, [appId, orderId, id, k]);
  }

  async payment(appId: Uuid, id: Uuid): Promise<OrderedPayment | undefined> {
    return (await this.database.query<OrderedPayment>(ORDERED_PAYMENT, [id, appId])).rows[0];
  }

  private async join(tx: Sql, terms: OrderTerms, key: ClientKey, livePayment: Uuid): Promise<Begun> {
    const payment = await paymentOf(tx, terms.appId, livePayment);
    const isSame =
      payment.amount === terms.amount &&
      payment.currency === terms.currency &&
      payment.capture === terms.capture &&
      (payment.userId === null || terms.userId === undefined || payment.userId === terms.userId);
    if (isSame) await useKey(tx, key, livePayment, null);
    return { kind: 'live', payment, repeated: false, isSame };
  }

  /** Two that send one key for different orders meet at the key: the second then finds it used. */
  private async serially(work: (tx: Sql) => Promise<Begun>): Promise<Begun> {
    const attempt = (): Promise<Begun> => atCrashPoint('order.begin', () => this.database.transaction(work));
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof KeyTaken)) throw error;
      return attempt();
    }
  }
}

/** Another request used the same key at the same time. */
class KeyTaken extends Error {
  override readonly name = 'KeyTaken';
}

async function lock(tx: Sql, appId: Uuid, orderId: string): Promise<OrderRow> {
  return (await tx.query<OrderRow>(LOCK_ORDER, [appId, orderId])).rows[0]!;
}

async function refuseFenced(tx: Sql, { operation }: OrderRow): Promise<void> {
  if (operation === null) return;
  const under = await operationOf(tx, operation);
  throw under.state === 'running' ? orderProblems.underWay() : orderProblems.fenced(under);
}

async function earlierUse(tx: Sql, appId: Uuid, { k, requestHash }: ClientKey): Promise<Begun | undefined> {
  const { rows } = await tx.query<{ requestHash: Buffer; paymentId: Uuid; operation: Uuid | null }>(EARLIER_USE, [k]);
  const [use] = rows;
  if (use === undefined) return undefined;
  if (!use.requestHash.equals(requestHash)) throw orderProblems.keyReused();
  const payment = await paymentOf(tx, appId, use.paymentId);
  if (use.operation === null) return { kind: 'live', payment, repeated: true, isSame: true };
  return { kind: 'repeated', payment, operation: await operationOf(tx, use.operation) };
}

async function begin(
  tx: Sql,
  payment: OrderedPayment,
  { orderId, livePayment }: { readonly orderId: string; readonly livePayment: Uuid | null },
  key: ClientKey,
  kind: OperationKind,
  request: OperationRequest,
): Promise<Begun> {
  const id = newUuid();
  const { appId, gateway, amount, currency, userId } = payment;
  const named = { id, appId, orderId, paymentId: payment.id, gateway, kind, key: `sbx-${formatId('operation', id)}` };
  // A payment is opened for a customer, who may have to be made first.
  const calls = kind === 'open' ? 2 : 1;
  const seconds = (calls * DEADLINES_MS[CLASS_OF[kind]]) / 1_000 + MARGIN_S;
  await useKey(tx, key, payment.id, id);
  await tx.query(MAKE_OPERATION, [id, appId, orderId, payment.id, gateway, kind, named.key, request, seconds]);
  await tx.query(BEGIN_ON_ORDER, [appId, orderId, id, livePayment, amount ?? 0, currency ?? '', userId]);
  return { kind: 'begun', payment, operation: { ...named, request, state: 'running', outcome: null } };
}

/** What is given up or given back may be another payment than the one that the order is paid by now. */
const takesMoney = (kind: OperationKind): boolean => kind === 'charge' || kind === 'capture';

/** @throws KeyTaken */
async function useKey(tx: Sql, { k, requestHash }: ClientKey, payment: Uuid, operation: Uuid | null): Promise<void> {
  const { rowCount } = await tx.query(USE_KEY, [k, requestHash, payment, operation]);
  if (rowCount === 0) throw new KeyTaken();
}

async function operationOf(tx: Sql, id: Uuid): Promise<Operation> {
  return (await tx.query<Operation>(OPERATION_BY_ID, [id])).rows[0]!;
}

async function paymentOf(tx: Sql, appId: Uuid, id: Uuid): Promise<OrderedPayment> {
  return (await tx.query<OrderedPayment>(ORDERED_PAYMENT, [id, appId])).rows[0]!;
}
