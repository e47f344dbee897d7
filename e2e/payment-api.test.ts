import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, usePostgres } from '@signalbox/testing';
import Stripe from 'stripe';
import { openShop, type StripeShop } from './stripe-shop.js';
import { type Answer, type Stack, startStack } from './stack.js';

const SETTINGS = {
  merchantDisplayName: 'Shop',
  merchantCountryCode: 'DE',
  applePay: { merchantId: 'merchant.com.example.shop' },
  googlePay: {},
  returnURL: 'shop://stripe-redirect',
};

/** A shop's backend and its phones, with the sandbox as Stripe: what may go wrong between them goes wrong. */
describe('payments that a phone pays at Stripe', () => {
  let stack: Stack;
  let shop: StripeShop;
  let stripe: Stripe;
  afterAll(async () => {
    await shop.payments.stop();
    await stack.stop();
  }, 30_000);
  const postgres = usePostgres();

  beforeAll(async () => {
    stack = await startStack({ databaseUrl: postgres.url() });
    shop = await openShop(stack);
    const { hostname: host, port } = new URL(shop.stripe.origin);
    stripe = new Stripe(shop.stripe.secretKey, { host, port, protocol: 'http' });
    expect((await backend('PUT', '/v1/payment-settings', SETTINGS)).status).toBe(200);
  }, 60_000);

  const backend = (method: string, path: string, body?: object, key?: string): Promise<Answer> =>
    stack.call(method, `${shop.url}${path}`, {
      key: stack.app.secretKey,
      ...(body !== undefined && { body }),
      ...(key !== undefined && { headers: { 'idempotency-key': key } }),
    });
  /** The same request with the same key, as a good client sends it, until it is answered for good. */
  async function insist(path: string, body: object): Promise<Answer> {
    const key = randomUUID();
    let answer: Answer | undefined;
    const ask = async (): Promise<void> => {
      answer = await backend('POST', path, body, key);
      expect(['operation_in_progress', 'outcome_unknown', 'gateway_unavailable']).not.toContain(answer.body.code);
    };
    await eventually(ask, { within: 40_000, every: 200 });
    return answer!;
  }
  const order = (change: object = {}) => ({
    orderId: randomUUID(),
    amount: 1_299,
    currency: 'eur',
    userId: 'ann',
    ...change,
  });
  /** What the sheet does when the customer has chosen a card. */
  const payOnPhone = (clientSecret: string, card = 'pm_card_visa') =>
    stripe.paymentIntents.confirm(clientSecret.split('_secret_')[0]!, {
      payment_method: card,
      return_url: 'https://shop.example/done',
    });

  it('shows a sheet with everything the SDKs want, and the payment succeeds', async () => {
    const wanted = order();
    const { status, body } = await backend('POST', '/v1/payment-sheets', wanted, randomUUID());
    expect([status, body]).toEqual([
      201,
      {
        gateway: 'stripe',
        paymentId: expect.stringMatching(/^pay_/),
        orderId: wanted.orderId,
        status: 'requires_payment_method',
        amount: 1_299,
        currency: 'eur',
        livemode: false,
        publishableKey: expect.stringMatching(/^pk_test_/),
        paymentIntentClientSecret: expect.stringMatching(/^pi_\w+_secret_\w+$/),
        merchantDisplayName: 'Shop',
        customer: {
          id: expect.stringMatching(/^cus_/),
          customerSessionClientSecret: expect.stringMatching(/^cuss_/),
          expiresAt: expect.any(String),
        },
        applePay: { merchantId: 'merchant.com.example.shop', merchantCountryCode: 'DE' },
        googlePay: { environment: 'Test', countryCode: 'DE', currencyCode: 'EUR' },
        returnURL: 'shop://stripe-redirect',
        allowsDelayedPaymentMethods: false,
      },
    ]);
    await payOnPhone(body.paymentIntentClientSecret);
    const again = await backend('POST', '/v1/payment-sheets', wanted, randomUUID());
    expect([again.status, again.body.code]).toEqual([409, 'order_paid']);
  });

  /** Gets an order as far as a call needs it. */
  async function sheetOf(
    change: object,
  ): Promise<{ paymentId: string; orderId: string; intent: string; customer: string }> {
    const { body } = await insist('/v1/payment-sheets', order(change));
    const { paymentId, orderId, paymentIntentClientSecret, customer } = body;
    return { paymentId, orderId, intent: paymentIntentClientSecret.split('_secret_')[0], customer: customer.id };
  }
  const reserved = async () => {
    const sheet = await sheetOf({ captureMethod: 'manual' });
    await payOnPhone(sheet.intent);
    return sheet;
  };
  const paid = async () => {
    const sheet = await sheetOf({});
    await payOnPhone(sheet.intent);
    return sheet;
  };
  const PATH = '/v1/payment_intents';
  /** What a backend does, where Stripe does it, and how the order is then to stand. */
  const CALLS = {
    open: { at: `POST ${PATH}`, prepare: undefined, received: 0 },
    confirm: { at: `POST ${PATH}/:id/confirm`, prepare: () => sheetOf({}), received: 1_299 },
    capture: { at: `POST ${PATH}/:id/capture`, prepare: reserved, received: 1_299 },
    cancel: { at: `POST ${PATH}/:id/cancel`, prepare: () => sheetOf({}), received: 0 },
    refunds: { at: 'POST /v1/refunds', prepare: paid, received: 1_299 },
  } as const;
  const FAULTS = {
    'answers 429': { times: 1, status: 429, retryAfter: 1 },
    'answers 500 and does nothing': { times: 1, status: 500 },
    'answers 500 and does it': { times: 1, status: 500, after: true },
    // The SDK makes a call once more, under its key, whose connection is closed: it may be one that had been idle for long.
    'breaks the connection and does nothing': { times: 2, disconnect: true },
    'breaks the connection and does it': { times: 2, disconnect: true, after: true },
  } as const;
  const cases = Object.keys(CALLS).flatMap((call) => Object.keys(FAULTS).map((fault) => [call, fault] as const));

  it.each(cases as [keyof typeof CALLS, keyof typeof FAULTS][])(
    '%s, and Stripe %s: it ends as if nothing had been wrong, once',
    async (call, fault) => {
      const { at, prepare, received } = CALLS[call];
      const sheet = await prepare?.();
      const method = call === 'confirm' ? await savedCard(sheet!.customer) : undefined;
      await shop.control('PUT', 'behaviour', { faults: [{ route: at, ...FAULTS[fault] }] });
      const answer =
        sheet === undefined
          ? await insist('/v1/payment-sheets', order())
          : await insist(
              `/v1/payments/${sheet.paymentId}/${call}`,
              method === undefined ? {} : { paymentMethodId: method, offSession: true },
            );
      await shop.control('DELETE', 'behaviour');
      const isUncharged = call === 'confirm' && fault.endsWith('nothing');
      // A charge is not made later than its customer expects it.
      if (isUncharged) expect([answer.status, answer.body.code]).toEqual([409, 'gateway_refused']);
      else expect([200, 201]).toContain(answer.status);
      const orderId = sheet?.orderId ?? answer.body.orderId;
      const intents = await intentsOf(orderId);
      expect(intents.reduce((sum, intent) => sum + intent.amount_received, 0)).toBe(isUncharged ? 0 : received);
      if (call === 'refunds')
        expect((await stripe.refunds.list({ payment_intent: sheet!.intent })).data).toHaveLength(1);
      if (call === 'cancel') expect(intents.map(({ status }) => status)).toEqual(['canceled']);
    },
    60_000,
  );

  async function savedCard(customer: string): Promise<string> {
    return (await stripe.paymentMethods.attach('pm_card_visa', { customer })).id;
  }
  async function intentsOf(orderId: string): Promise<Stripe.PaymentIntent[]> {
    const all = await stripe.paymentIntents.list({ limit: 100 });
    return all.data.filter(({ metadata }) => metadata['signalbox_order_id'] === orderId);
  }
});
