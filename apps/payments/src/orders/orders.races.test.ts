import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newUuid, paymentSettings, type Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { Problem } from '@signalbox/http';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { usePostgres } from '@signalbox/testing';
import type { Call, PaymentGateway } from '../gateway/gateway.js';
import { Gateways } from '../gateway/gateways.js';
import { Janitor } from '../outcomes/janitor.js';
import { PaymentActions } from '../payments/payment-actions.js';
import { Settings } from '../settings/settings.js';
import { PaymentSheets } from '../sheets/payment-sheets.js';
import { Operations } from './operations.js';
import { orderOutcomes } from './order-outcomes.js';
import { Orders } from './orders.js';
import { PlayedGateway } from './played-gateway.harness.js';

const REQUEST = { orderId: 'o', amount: 500, currency: 'eur', captureMethod: 'automatic' } as const;
const NONCE = { kind: 'nonce', id: 'n' } as const;

/** What only goes wrong when two things happen at the same moment: each of these once charged an order twice. */
describe('an order', () => {
  jest.setTimeout(30_000);
  const postgres = usePostgres();
  let database: Database;
  beforeAll(() => {
    database = postgres.database();
  });

  async function open() {
    const [stripe, braintree] = [new PlayedGateway('stripe', false), new PlayedGateway('braintree', true)];
    const gateways = new Gateways([stripe, braintree]);
    const [orders, operations] = [new Orders(database), new Operations(database, gateways)];
    const settings = new Settings(database);
    const [logger, metrics] = [createLogger('payments', 'silent'), createMetrics('test')];
    const janitor = new Janitor(orderOutcomes(database, gateways), { database, logger, metrics });
    const actions = new PaymentActions(orders, operations);
    const sheets = new PaymentSheets({ orders, operations, gateways, settings });
    const appId: Uuid = newUuid();
    await settings.keep(appId, paymentSettings.parse({ merchantDisplayName: 'S', merchantCountryCode: 'DE' }));
    type Kind = Parameters<typeof actions.act>[0]['kind'];
    return {
      ...{ stripe, braintree, orders },
      show: async (key: string, change: object = {}) =>
        (await sheets.show(appId, { ...REQUEST, ...change }, key)).sheet,
      act: (
        kind: Kind,
        id: string,
        key: string,
        make: (
          gateway: PaymentGateway,
          call: Call,
        ) => ReturnType<PaymentGateway['refund']> | ReturnType<PaymentGateway['cancel']>,
      ) => actions.act({ kind, appId, id, idempotencyKey: key, asked: {}, request: {}, make }),
      /** Whatever is not ended is asked for. */
      async janitorComes() {
        await database.query(
          `UPDATE payment_operation SET settle_at = now() - interval '1 s' WHERE settle_at IS NOT NULL AND app_id = $1`,
          [appId],
        );
        await janitor.settleDue();
      },
      taken: () =>
        [...stripe.payments.values(), ...braintree.payments.values()].map(({ received }) => received).filter(Boolean),
    };
  }

  it('shows no sheet of a payment that was given up while it was opened', async () => {
    const world = await open();
    const { stripe } = world;
    const opening = stripe.open.bind(stripe);
    stripe.open = async (call) => {
      const made = await opening(call);
      await world.janitorComes();
      return made;
    };
    const sheet = await world.show('k1');
    expect(sheet.gateway).toBe('braintree');
    expect([...stripe.payments.values()].map(({ status }) => status)).toEqual(['canceled']);
  });

  it('is not given up by a cancellation that was asked for while it was charged', async () => {
    const world = await open();
    world.stripe.hasKeys = false;
    const { paymentId } = await world.show('k1');
    const charge = (gateway: PaymentGateway, call: Call) =>
      gateway.charge({ ...call, method: NONCE, offSession: false });
    const read = world.orders.payment.bind(world.orders);
    world.orders.payment = async (...of) => {
      const found = await read(...of);
      world.orders.payment = read;
      await world.act('charge', paymentId, 'charge', charge);
      return found;
    };
    const canceling = world.act('cancel', paymentId, 'cancel', (gateway, call) => gateway.cancel(call));
    await expect(canceling).rejects.toMatchObject({ code: 'gateway_refused' });
    await expect(world.show('k2')).rejects.toMatchObject({ code: 'order_paid' });
    expect(world.taken()).toEqual([500]);
  });

  it('is not free because its gateway does not find its payment: the keys may be of another account', async () => {
    const world = await open();
    const sheet = await world.show('k1');
    if (sheet.gateway === 'stripe') world.stripe.phonePays(sheet.paymentIntentClientSecret);
    world.stripe.sheet = () => Promise.resolve({ kind: 'missing' });
    await expect(world.show('k2')).rejects.toMatchObject({ code: 'gateway_unavailable' });
    expect(world.taken()).toEqual([500]);
  });

  it('is not said to be untouched by a call that came too late, when the janitor has made it', async () => {
    const world = await open();
    const sheet = await world.show('k1');
    if (sheet.gateway === 'stripe') world.stripe.phonePays(sheet.paymentIntentClientSecret);
    const { view } = await world.act('refund', sheet.paymentId, 'r1', async () => {
      await world.janitorComes();
      return { kind: 'not_done', reason: 'breaker_open', retryAfterMs: 1 };
    });
    expect(view.refund).toMatchObject({ status: 'succeeded', amount: 500 });
  });

  it('is left to the janitor by a call that did nothing, once the janitor has begun to ask', async () => {
    const world = await open();
    const sheet = await world.show('k1');
    if (sheet.gateway === 'stripe') world.stripe.phonePays(sheet.paymentIntentClientSecret);
    world.stripe.settle = () => Promise.resolve({ kind: 'later', reason: 'it is being made' });
    const refunding = world.act('refund', sheet.paymentId, 'r1', async () => {
      await world.janitorComes();
      return { kind: 'not_done', reason: 'breaker_open', retryAfterMs: 1 };
    });
    const error: unknown = await refunding.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({ code: 'outcome_unknown' });
  });

  it('of which a payment took money is asked about before its terms are compared', async () => {
    const world = await open();
    const sheet = await world.show('k1');
    if (sheet.gateway === 'stripe') world.stripe.phonePays(sheet.paymentIntentClientSecret);
    await expect(world.show('k2', { amount: 900 })).rejects.toMatchObject({ code: 'order_paid' });
  });
});
