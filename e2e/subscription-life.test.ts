import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, usePostgres } from '@signalbox/testing';
import { type Stack, startStack } from './stack.js';
import { openTill, type Till } from './till.js';

/** Noon of a day about thirteen months back. */
const at = (months: number, day = 15): Date => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 13 + months, day, 12));
};
/** Nobody's month ends before the 28th. */
const START = at(0, 1);
const isoAt = (months: number, day?: number): string => at(months, day).toISOString();

let stack: Stack;
let till: Till;
let basic: string;
let plus: string;
afterAll(async () => {
  await till.shop.payments.stop();
  await stack.stop();
}, 30_000);
const postgres = usePostgres();

beforeAll(async () => {
  stack = await startStack({ databaseUrl: postgres.url() });
  till = await openTill(stack);
  await clock('PUT', 'clock', { at: START.toISOString() });
  [basic, plus] = await Promise.all([priceOf(1_000), priceOf(3_000)]);
}, 60_000);

const clock = (method: 'PUT' | 'POST', path: string, body: object) =>
  till.shop.control(method, path, { key: till.shop.stripe.secretKey, ...body });
const until = (to: string) => clock('POST', 'clock/advance', { to });
const priceOf = async (amount: number): Promise<string> => {
  const product = { name: `for ${amount}` };
  const price = { currency: 'eur', unit_amount: amount, recurring: { interval: 'month' as const } };
  return (await till.stripe.prices.create({ ...price, product_data: product })).id;
};

/** Who pays, and what they pay with and for. */
describe('accounts of users at their gateway', () => {
  const contact = { email: 'dan@example.com', name: 'Dan', phone: '+49 30 1234' };

  it('has a user known to the gateway, changed, and forgotten; nothing personal stays here', async () => {
    const path = '/v1/customers/dan';
    expect((await till.backend('GET', path)).status).toBe(404);
    const made = await till.backend('PUT', path, contact);
    expect([made.status, made.body]).toEqual([
      200,
      expect.objectContaining({ userId: 'dan', gateway: 'stripe', livemode: false, ...contact }),
    ]);
    const { body: changed } = await till.backend('PUT', path, { name: 'Daniel' });
    const { gatewayRef } = made.body;
    expect(changed).toMatchObject({ gatewayRef, email: contact.email, name: 'Daniel' });
    expect((await till.backend('GET', path)).body).toEqual(changed);
    const { rows } = await postgres
      .database()
      .query(`SELECT 1 FROM stripe_customer c WHERE c::text LIKE '%Dan%' OR c::text LIKE '%example.com%'`);
    expect(rows).toEqual([]);
    expect((await till.backend('DELETE', path)).status).toBe(204);
    expect((await till.backend('DELETE', path)).status).toBe(204);
    expect((await till.backend('GET', path)).status).toBe(404);
    expect(await till.stripe.customers.retrieve(gatewayRef)).toMatchObject({ deleted: true });
    // The same words as before make somebody new: Stripe must not answer with whom it forgot.
    const again = await till.backend('PUT', path, contact);
    expect([again.status, again.body.gatewayRef === gatewayRef]).toEqual([200, false]);
    // And one that was deleted at Stripe, where nobody told us, is made again.
    await till.stripe.customers.del(again.body.gatewayRef);
    expect((await till.backend('PUT', path, contact)).body.gatewayRef).not.toBe(again.body.gatewayRef);
    expect((await till.backend('DELETE', '/v1/customers/nobody')).status).toBe(404);
  });

  it('shows what a user can pay with, chooses and forgets it, and only what is their own', async () => {
    const asked = { userId: 'eve', currency: 'eur', customer: { email: 'eve@example.com' } };
    const key = randomUUID();
    const { status, body: sheet } = await till.backend('POST', '/v1/setup-sheets', asked, key);
    expect([status, sheet]).toEqual([
      201,
      {
        gateway: 'stripe',
        gatewayRef: expect.stringMatching(/^seti_/),
        livemode: false,
        publishableKey: expect.stringMatching(/^pk_test_/),
        merchantDisplayName: 'Shop',
        setupIntentClientSecret: expect.stringMatching(/^seti_\w+_secret_\w+$/),
        customer: expect.objectContaining({ customerSessionClientSecret: expect.stringMatching(/^cuss_/) }),
        applePay: { merchantId: 'merchant.com.example.shop', merchantCountryCode: 'DE' },
        googlePay: { environment: 'Test', countryCode: 'DE', currencyCode: 'EUR' },
        returnURL: 'shop://stripe-redirect',
        allowsDelayedPaymentMethods: false,
      },
    ]);
    const same = await till.backend('POST', '/v1/setup-sheets', asked, key);
    const unkeyed = await till.backend('POST', '/v1/setup-sheets', {
      ...asked,
      ephemeralKey: { apiVersion: '2020-08-27' },
    });
    expect([same.body.gatewayRef, unkeyed.status]).toEqual([sheet.gatewayRef, 201]);
    expect(unkeyed.body.customer).toMatchObject({ ephemeralKeySecret: expect.stringMatching(/^ek_test_/) });
    await till.stripe.setupIntents.confirm(sheet.gatewayRef, { payment_method: 'pm_card_mastercard' });

    const path = '/v1/customers/eve/payment-methods';
    const [method] = (await till.backend('GET', path)).body.items;
    const expiry = { month: expect.any(Number), year: expect.any(Number) };
    expect(method).toEqual({
      ...{ id: expect.stringMatching(/^pm_/), kind: 'card', brand: 'mastercard', last4: '4444', expiry },
      isDefault: false,
    });
    expect((await till.backend('POST', `${path}/${method.id}/default`)).status).toBe(204);
    expect((await till.backend('GET', path)).body.items).toEqual([{ ...method, isDefault: true }]);
    expect((await till.backend('GET', '/v1/customers/eve')).body.defaultPaymentMethodId).toBe(method.id);
    await till.backend('PUT', '/v1/customers/fay', {});
    const stolen = `/v1/customers/fay/payment-methods/${method.id}`;
    expect((await till.backend('POST', `${stolen}/default`)).status).toBe(404);
    expect((await till.backend('DELETE', stolen)).status).toBe(404);
    expect((await till.backend('DELETE', `${path}/${method.id}`)).status).toBe(204);
    expect((await till.backend('GET', path)).body.items).toEqual([]);
  });

  const ofUser = async (userId: string) => {
    const { body } = await till.backend('GET', `/v1/customers/${userId}`);
    return (await till.stripe.subscriptions.list({ customer: body.gatewayRef, status: 'all' })).data;
  };

  it('makes, changes and ends a subscription once, whatever Stripe answers', async () => {
    const breaks = (route: string, fault: object) =>
      till.shop.control('PUT', 'behaviour', { faults: [{ route, ...fault }] });
    const [userId, one, two] = ['gil', basic, plus];
    const wanted = { userId, prices: [{ price: one }] };
    // It says 500 for good, and does nothing.
    await breaks('POST /v1/subscriptions', { times: 1, status: 500, sticks: true });
    const key = randomUUID();
    const first = await till.backend('POST', '/v1/subscriptions', wanted, key);
    // Whoever is impatient and sends it under another key does not get a second one.
    const second = await till.backend('POST', '/v1/subscriptions', wanted, randomUUID());
    expect([first.status, second.status]).toEqual([504, 409]);
    expect([first.body.code, second.body.code]).toEqual(['outcome_unknown', 'outcome_unknown']);
    const made = await till.insist('/v1/subscriptions', wanted, key);
    const { id } = made.body.subscription;
    expect([made.status, (await ofUser(userId)).map((each) => each.id)]).toEqual([201, [id]]);
    const stands = async () => (await till.backend('GET', `/v1/subscriptions/${id}`)).body;
    // It does it, and nobody hears of it.
    await breaks('POST /v1/subscriptions/:id', { times: 2, disconnect: true, after: true });
    const changed = await till.insist(`/v1/subscriptions/${id}`, { prices: [{ price: two, quantity: 3 }] });
    expect([changed.body.subscription.prices, (await stands()).prices]).toEqual([[two], [two]]);
    await breaks('DELETE /v1/subscriptions/:id', { times: 1, status: 429, retryAfter: 1 });
    const ended = await till.insist(`/v1/subscriptions/${id}/cancel`, { at: 'now' });
    await till.shop.control('DELETE', 'behaviour');
    expect([ended.body.subscription.status, (await stands()).status]).toEqual(['canceled', 'canceled']);
    const [shown, ...more] = await ofUser(userId);
    expect([shown?.items.data.map((item) => [item.price.id, item.quantity]), more]).toEqual([[[two, 3]], []]);
    expect(await stands()).toMatchObject({ id, userId, entitled: false, entitledUntil: null });
  }, 40_000);

  it('refuses what cannot be, and says why', async () => {
    const wanted = { userId: 'hal', prices: [{ price: basic }], trialDays: 5 };
    const key = randomUUID();
    const unkeyed = await till.backend('POST', '/v1/subscriptions', wanted);
    expect([unkeyed.status, unkeyed.body.errors[0].pointer]).toEqual([422, '/Idempotency-Key']);
    const { body } = await till.backend('POST', '/v1/subscriptions', wanted, key);
    const { id } = body.subscription;
    const same = await till.backend('POST', '/v1/subscriptions', wanted, key);
    expect([same.headers.get('idempotency-replayed'), same.body.subscription.id]).toEqual(['true', id]);
    const reused = await till.backend('POST', '/v1/subscriptions', { ...wanted, trialDays: 6 }, key);
    expect([reused.status, reused.body.code]).toEqual([422, 'idempotency_key_reused']);
    const codeOf = async (path: string, asked: object) => {
      const answer = await till.backend('POST', path, asked, randomUUID());
      return [answer.status, answer.body.code];
    };
    expect(await codeOf(`/v1/subscriptions/${id}/resume`, {})).toEqual([409, 'gateway_refused']);
    expect(await codeOf(`/v1/subscriptions/${id}`, { prices: [{ price: 'price_none' }] })).toEqual([
      409,
      'gateway_refused',
    ]);
    expect(await codeOf('/v1/subscriptions/sub_none/cancel', { at: 'now' })).toEqual([404, 'not_found']);
    expect((await till.backend('GET', '/v1/subscriptions/sub_none')).status).toBe(404);
    const stranger = await stack.createApp('a shop without a gateway');
    const answer = await stack.call('GET', `${till.shop.url}/v1/customers/dan`, { key: stranger.secretKey });
    expect([answer.status, answer.body.code]).toEqual([409, 'no_gateway']);
  });
});

/** Stripe's time runs a year in a minute; everything that it brings about comes by webhooks, as in a year of days. */
describe('the life of a subscription', () => {
  /** What a user's phone may be shown: from our state alone. */
  const standsAs = (id: string, wanted: object): Promise<void> =>
    eventually(
      async () => {
        const { body } = await till.backend('GET', `/v1/subscriptions/${id}`);
        expect(body).toEqual(expect.objectContaining(wanted));
      },
      { within: 10_000, every: 100 },
    );
  /** A card in the user's wallet, and how their next payments are made. */
  const payWith = async (userId: string, card: string): Promise<string> => {
    const { body } = await till.backend('GET', `/v1/customers/${userId}`);
    const { id } = await till.stripe.paymentMethods.attach(card, { customer: body.gatewayRef });
    const chosen = await till.backend('POST', `/v1/customers/${userId}/payment-methods/${id}/default`);
    expect(chosen.status).toBe(204);
    return id;
  };

  it('entitles as it should at each step of twelve months: trial, renewals, dunning, recovery, upgrade, end', async () => {
    const wanted = { userId: 'ann', prices: [{ price: basic }], trialDays: 14 };
    const { status, body } = await till.insist('/v1/subscriptions', wanted);
    const { id } = body.subscription;
    expect([status, body.subscription]).toEqual([
      201,
      expect.objectContaining({ userId: 'ann', status: 'trialing', entitled: true, entitledUntil: isoAt(0) }),
    ]);
    // What the first payment will be made with is entered now.
    const [setup] = body.sheet.setupIntentClientSecret.split('_secret_');
    await till.stripe.setupIntents.confirm(setup, { payment_method: 'pm_card_visa' });
    const { body: methods } = await till.backend('GET', '/v1/customers/ann/payment-methods');
    const [card] = methods.items;
    expect(methods.items).toEqual([expect.objectContaining({ kind: 'card', brand: 'visa', isDefault: false })]);
    await till.backend('POST', `/v1/customers/ann/payment-methods/${card.id}/default`);
    await standsAs(id, { status: 'trialing', entitled: true, entitledUntil: isoAt(0), trialEndsAt: isoAt(0) });

    await until(isoAt(0, 16));
    await standsAs(id, { status: 'active', entitled: true, entitledUntil: isoAt(1), trialEndsAt: null });
    await until(isoAt(3, 16));
    await standsAs(id, { status: 'active', entitled: true, entitledUntil: isoAt(4), prices: [basic] });

    // What paid the first period pays the next ones, too, until somebody says otherwise.
    const pay = async (card: string): Promise<void> => {
      const paid = { paymentMethodId: await payWith('ann', card) };
      expect((await till.insist(`/v1/subscriptions/${id}`, paid)).status).toBe(200);
    };
    await pay('pm_card_chargeCustomerFail');
    await until(isoAt(4, 16));
    await standsAs(id, { status: 'past_due', entitled: true, entitledUntil: isoAt(5) });
    await pay('pm_card_visa');
    await until(isoAt(4, 19));
    await standsAs(id, { status: 'active', entitled: true, entitledUntil: isoAt(5) });

    const change = { prices: [{ price: plus, quantity: 2 }], proration: 'always_invoice' };
    const upgraded = await till.insist(`/v1/subscriptions/${id}`, change);
    const better = { status: 'active', entitled: true, entitledUntil: isoAt(5), prices: [plus] };
    expect([upgraded.status, upgraded.body.subscription]).toEqual([200, expect.objectContaining(better)]);
    await standsAs(id, better);
    await until(isoAt(7, 16));
    await standsAs(id, { ...better, entitledUntil: isoAt(8), cancelsAt: null });

    const end = (key?: string) => till.insist(`/v1/subscriptions/${id}/cancel`, { at: 'period_end' }, key);
    expect((await end()).status).toBe(200);
    await standsAs(id, { status: 'active', entitled: true, entitledUntil: isoAt(8), cancelsAt: isoAt(8) });
    expect((await till.insist(`/v1/subscriptions/${id}/resume`, {})).status).toBe(200);
    await standsAs(id, { status: 'active', entitled: true, entitledUntil: isoAt(8), cancelsAt: null });
    await until(isoAt(11, 16));
    await standsAs(id, { status: 'active', entitled: true, entitledUntil: isoAt(12), cancelsAt: null });

    expect((await end()).status).toBe(200);
    await standsAs(id, { status: 'active', entitled: true, entitledUntil: isoAt(12), cancelsAt: isoAt(12) });
    await until(isoAt(12, 16));
    const over = { id, userId: 'ann', status: 'canceled', entitled: false, entitledUntil: null, cancelsAt: null };
    await standsAs(id, over);
    const { body: ofAnn } = await till.backend('GET', '/v1/customers/ann/subscriptions');
    expect(ofAnn.items).toEqual([expect.objectContaining(over)]);
    const late = await till.insist(`/v1/subscriptions/${id}/resume`, {});
    expect([late.status, late.body.code]).toEqual([409, 'gateway_refused']);
    const { data: invoices } = await till.stripe.invoices.list({ subscription: id, limit: 100 });
    // The trial's, twelve periods', and the upgrade's: nothing twice, and all is paid.
    expect(invoices.map((invoice) => invoice.status)).toEqual(Array(14).fill('paid'));
  }, 60_000);

  it('begins when its first invoice is paid on the phone, and ends when Stripe gives up', async () => {
    await till.backend('PUT', '/v1/customers/ben', { email: 'ben@example.com' });
    const wanted = { userId: 'ben', prices: [{ price: basic }], platform: 'ios' };
    const { body } = await till.insist('/v1/subscriptions', wanted);
    const { id } = body.subscription;
    expect(body.subscription).toMatchObject({ status: 'incomplete', entitled: false, entitledUntil: null });
    expect(body.sheet).toEqual({
      gateway: 'stripe',
      livemode: false,
      amount: 1_000,
      currency: 'eur',
      publishableKey: expect.stringMatching(/^pk_test_/),
      merchantDisplayName: 'Shop',
      paymentIntentClientSecret: expect.stringMatching(/^pi_\w+_secret_\w+$/),
      customer: expect.objectContaining({ id: expect.stringMatching(/^cus_/) }),
      applePay: { merchantId: 'merchant.com.example.shop', merchantCountryCode: 'DE' },
      returnURL: 'shop://stripe-redirect',
      allowsDelayedPaymentMethods: false,
    });
    await till.payOnPhone(body.sheet.paymentIntentClientSecret.split('_secret_')[0]);
    await standsAs(id, { status: 'active', entitled: true });
    const { body: paid } = await till.backend('GET', `/v1/subscriptions/${id}`);

    const poor = await payWith('ben', 'pm_card_chargeCustomerFail');
    expect((await till.insist(`/v1/subscriptions/${id}`, { paymentMethodId: poor })).status).toBe(200);
    await until(paid.entitledUntil);
    await standsAs(id, { status: 'past_due', entitled: true });
    await clock('POST', 'clock/advance', { days: 16 });
    await standsAs(id, { status: 'canceled', entitled: false, entitledUntil: null });
  }, 40_000);

  it('ends at once when it is told to, with the right to it', async () => {
    const wanted = { userId: 'cem', prices: [{ price: basic }], trialDays: 7 };
    const key = randomUUID();
    const { body } = await till.insist('/v1/subscriptions', wanted, key);
    const { id } = body.subscription;
    const ended = await till.insist(`/v1/subscriptions/${id}/cancel`, { at: 'now' });
    expect(ended.body.subscription).toMatchObject({ status: 'canceled', entitled: false });
    // What a call of ours did is in our state when it answers, and told once.
    const { body: ofCem } = await till.backend('GET', '/v1/customers/cem/subscriptions');
    expect(ofCem.items).toEqual([expect.objectContaining({ id, status: 'canceled', entitled: false })]);
    await till.shop.told(id);
    const { rows } = await postgres
      .database()
      .query(`SELECT payload ->> 'status' AS status FROM event_log WHERE subject = $1 ORDER BY seq`, [id]);
    expect(rows).toEqual([{ status: 'trialing' }, { status: 'canceled' }]);
  });
});
