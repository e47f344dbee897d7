import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Signalbox } from '@signalbox/server';
import { usePostgres } from '@signalbox/testing';
import { AMOUNT, openTill, type Till } from './till.js';
import { type Stack, startStack } from './stack.js';

const PATH = '/v1/payment_intents';
const manual = { captureMethod: 'manual' };

/** A shop's backend and its phones, with the sandbox as Stripe: what may go wrong between them goes wrong. */
describe('payments that a phone pays at Stripe', () => {
  let stack: Stack;
  let till: Till;
  afterAll(async () => {
    await till.shop.payments.stop();
    await stack.stop();
  }, 30_000);
  const postgres = usePostgres();

  beforeAll(async () => {
    stack = await startStack({ databaseUrl: postgres.url() });
    till = await openTill(stack);
  }, 60_000);

  it('shows a sheet with everything the SDKs want, and the payment succeeds', async () => {
    const wanted = till.order();
    const { status, body } = await till.backend('POST', '/v1/payment-sheets', wanted, randomUUID());
    expect([status, body]).toEqual([
      201,
      {
        gateway: 'stripe',
        paymentId: expect.stringMatching(/^pay_/),
        orderId: wanted.orderId,
        status: 'requires_payment_method',
        amount: AMOUNT,
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
    await till.payOnPhone(body.paymentIntentClientSecret.split('_secret_')[0]);
    const again = await till.backend('POST', '/v1/payment-sheets', wanted, randomUUID());
    expect([again.status, again.body.code]).toEqual([409, 'order_paid']);
  });

  it('gives an SDK of old an ephemeral key in the version that it speaks', async () => {
    const wanted = till.order({ ephemeralKey: { apiVersion: '2020-08-27' }, platform: 'ios' });
    const { body } = await till.backend('POST', '/v1/payment-sheets', wanted, randomUUID());
    expect(body.customer).toEqual({
      id: expect.stringMatching(/^cus_/),
      ephemeralKeySecret: expect.stringMatching(/^ek_test_/),
      apiVersion: '2020-08-27',
      expiresAt: expect.any(String),
    });
    expect([body.applePay, body.googlePay]).toEqual([expect.anything(), undefined]);
  });

  it('keeps one payment for an order: another key meets the same, other terms are refused, a cancelled one makes room', async () => {
    const wanted = till.order();
    const key = randomUUID();
    const show = (change: object, as: string = randomUUID()) =>
      till.backend('POST', '/v1/payment-sheets', { ...wanted, ...change }, as);
    const first = await show({}, key);
    const same = await show({}, key);
    expect([same.status, same.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
    const [other, dearer, reused] = [await show({}), await show({ amount: 5_000 }), await show({ amount: 5_000 }, key)];
    const { paymentId } = first.body;
    expect([same.body.paymentId, other.status, other.body.paymentId]).toEqual([paymentId, 200, paymentId]);
    expect([dearer.status, dearer.body.code]).toEqual([409, 'order_terms_differ']);
    expect([reused.status, reused.body.code]).toEqual([422, 'idempotency_key_reused']);
    expect((await till.insist(`/v1/payments/${paymentId}/cancel`, {})).body.payment.status).toBe('canceled');
    const next = await show({ amount: 5_000 });
    expect([next.status, next.body.amount]).toEqual([201, 5_000]);
    expect((await show({}, key)).body.code).toBe('payment_over');
    expect((await till.intentsOf(wanted.orderId)).map(({ status }) => status).sort()).toEqual([
      'canceled',
      'requires_payment_method',
    ]);
  });

  it('of many that ask for the same order at once all get the same payment', async () => {
    const wanted = till.order();
    const answers = await Promise.all(Array.from({ length: 12 }, () => till.insist('/v1/payment-sheets', wanted)));
    expect(new Set(answers.map(({ body }) => body.paymentId)).size).toBe(1);
    expect(await till.intentsOf(wanted.orderId)).toHaveLength(1);
  });

  it('says what the bank said, and refuses what cannot be done', async () => {
    const { paymentId, customer } = await till.sheet();
    const { id: poor } = await till.stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
    const declined = await till.insist(`/v1/payments/${paymentId}/confirm`, {
      paymentMethodId: poor,
      offSession: true,
    });
    expect([declined.status, declined.body.code]).toEqual([402, 'payment_declined']);
    const refused = await till.insist(`/v1/payments/${paymentId}/capture`, {});
    expect([refused.status, refused.body.code]).toEqual([409, 'gateway_refused']);
    const unkeyed = await till.backend('POST', `/v1/payments/${paymentId}/cancel`, {});
    expect([unkeyed.status, unkeyed.body.errors[0].pointer]).toEqual([422, '/Idempotency-Key']);
    const unknown = await till.backend('POST', '/v1/payments/pay_01h455vb4pex5vsknk084sn02q/cancel', {}, randomUUID());
    expect(unknown.status).toBe(404);
  });

  it('are done by the TypeScript client, which waits for what the gateway did not say', async () => {
    const { payments } = new Signalbox({
      apiKey: stack.app.secretKey,
      urls: { push: stack.urls.push, events: stack.urls.events, payments: till.shop.url },
    });
    const [orderId, idempotencyKey] = [randomUUID(), randomUUID()];
    const wanted = { orderId, amount: AMOUNT, currency: 'eur', captureMethod: 'manual' } as const;
    const sheet = await payments.sheet(wanted, { idempotencyKey });
    if (sheet.gateway !== 'stripe') throw new Error('it is for Stripe');
    await till.payOnPhone(sheet.paymentIntentClientSecret.split('_secret_')[0]!);
    const faults = [{ route: CALLS.capture.at, times: 1, status: 500, after: true }];
    await till.shop.control('PUT', 'behaviour', { faults });
    const { payment } = await payments.capture(sheet.paymentId, {}, { idempotencyKey });
    await till.shop.control('DELETE', 'behaviour');
    expect(payment).toMatchObject({ status: 'succeeded', amountReceived: AMOUNT });
    expect(await payments.get(sheet.paymentId)).toMatchObject({ status: 'succeeded', orderId });
  }, 30_000);

  /** What a backend does, where Stripe does it, and what the order's payments then have received. */
  const CALLS = {
    open: { at: `POST ${PATH}`, prepare: undefined, received: 0 },
    confirm: { at: `POST ${PATH}/:id/confirm`, prepare: () => till.sheet(), received: AMOUNT },
    capture: { at: `POST ${PATH}/:id/capture`, prepare: () => till.paid(manual), received: AMOUNT },
    cancel: { at: `POST ${PATH}/:id/cancel`, prepare: () => till.sheet(), received: 0 },
    refunds: { at: 'POST /v1/refunds', prepare: () => till.paid(), received: AMOUNT },
  } as const;
  const FAULTS = {
    'answers 429': { times: 1, status: 429, retryAfter: 1 },
    'answers 500 and does nothing': { times: 1, status: 500 },
    'answers 500, says so again for the same key, and does nothing': { times: 1, status: 500, sticks: true },
    'answers 500 and does it': { times: 1, status: 500, after: true },
    // The SDK makes a call once more, under its key, whose connection is closed: it may be one that had been idle for long.
    'breaks the connection and does nothing': { times: 2, disconnect: true },
    'breaks the connection and does it': { times: 2, disconnect: true, after: true },
  } as const;
  const names = Object.keys(CALLS) as (keyof typeof CALLS)[];

  it.each(Object.keys(FAULTS) as (keyof typeof FAULTS)[])(
    'Stripe %s: whatever was asked for ends as if nothing had been wrong, once',
    async (fault) => {
      const orders = await Promise.all(
        names.map(async (name) => {
          const sheet = await CALLS[name].prepare?.();
          const card = name === 'confirm' ? await till.savedCard(sheet!.customer) : undefined;
          return { name, sheet, body: card === undefined ? {} : { paymentMethodId: card, offSession: true } };
        }),
      );
      const faults = names.map((name) => ({ route: CALLS[name].at, ...FAULTS[fault] }));
      await till.shop.control('PUT', 'behaviour', { faults });
      const ends = await Promise.all(
        orders.map(async ({ name, sheet, body }) => {
          const answer = await (sheet === undefined
            ? till.insist('/v1/payment-sheets', till.order())
            : till.insist(`/v1/payments/${sheet.paymentId}/${name}`, body));
          const intents = await till.intentsOf(sheet?.orderId ?? (answer.body.orderId as string));
          return { name, answer, intents, sheet };
        }),
      );
      await till.shop.control('DELETE', 'behaviour');
      for (const { name, answer, intents, sheet } of ends) {
        // A charge is not made later than its customer expects it: it is fenced off, and its key finds the payment over.
        const isUncharged = name === 'confirm' && fault.endsWith('nothing');
        const expected = isUncharged ? [409] : [200, 201];
        expect([name, answer.body.detail, expected.includes(answer.status)]).toEqual([name, answer.body.detail, true]);
        const received = intents.reduce((sum, intent) => sum + intent.amount_received, 0);
        expect([name, received]).toEqual([name, isUncharged ? 0 : CALLS[name].received]);
        if (name === 'cancel') expect(intents.map(({ status }) => status)).toEqual(['canceled']);
        if (name !== 'refunds') continue;
        const { data } = await till.stripe.refunds.list({ payment_intent: sheet!.intent });
        expect(data.map(({ amount }) => amount)).toEqual([AMOUNT]);
      }
    },
    60_000,
  );
});
