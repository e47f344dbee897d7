import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type Stripe from 'stripe';
import { StripeHarness } from './stripe.harness.js';

jest.setTimeout(30_000);

let harness: StripeHarness;
beforeAll(async () => {
  harness = await StripeHarness.start();
});
afterAll(() => harness.stop());

describe('what a sheet on a phone is given', () => {
  it('is a customer session with the features that were asked for, and the rest left out', async () => {
    const stripe = harness.sdk();
    const { id: customer } = await stripe.customers.create();
    const session = await stripe.customerSessions.create({
      customer,
      components: {
        mobile_payment_element: {
          enabled: true,
          features: { payment_method_save: 'enabled', payment_method_redisplay: 'enabled' },
        },
      },
    });
    expect(session).toMatchObject({
      object: 'customer_session',
      client_secret: expect.stringMatching(/^cuss_secret_/),
      customer,
      expires_at: session.created + 1_800,
      components: {
        mobile_payment_element: {
          enabled: true,
          features: {
            payment_method_allow_redisplay_filters: ['always'],
            payment_method_redisplay: 'enabled',
            payment_method_remove: null,
            payment_method_save: 'enabled',
            payment_method_save_allow_redisplay_override: null,
          },
        },
        customer_sheet: { enabled: false, features: null },
        pricing_table: { enabled: false },
      },
    });
    const wrong = { mobile_payment_element: { enabled: true, features: { payment_method_safe: 'enabled' } } };
    expect(
      await harness.refusal(stripe.customerSessions.create({ customer, components: wrong as object })),
    ).toMatchObject({
      code: 'parameter_unknown',
      param: 'components[mobile_payment_element][features][payment_method_safe]',
    });
    expect(
      await harness.refusal(
        stripe.customerSessions.create({ customer, components: { customer_sheet: { enabled: false } } }),
      ),
    ).toMatchObject({ param: 'components' });
  });

  it('is an ephemeral key in the version of its SDK, until it is deleted', async () => {
    const key = harness.key();
    const stripe = harness.sdk(key);
    const { id: customer } = await stripe.customers.create();
    const unversioned = await fetch(`${harness.origin}/v1/ephemeral_keys`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: new URLSearchParams({ customer }),
    });
    expect(unversioned.status).toBe(400);
    const made = await stripe.ephemeralKeys.create({ customer }, { apiVersion: '2020-08-27' });
    expect(made).toMatchObject({ secret: expect.stringMatching(/^ek_test_/), expires: made.created + 3_600 });
    expect(made.lastResponse.headers).toMatchObject({ 'stripe-version': '2020-08-27' });
    expect((await stripe.ephemeralKeys.del(made.id)).secret).toBeUndefined();
    expect(await harness.refusal(stripe.ephemeralKeys.del(made.id))).toMatchObject({ statusCode: 404 });
  });

  it('is a subscription whose first payment, or whose set-up after a trial, is made on the phone', async () => {
    const stripe = harness.sdk();
    const { id: customer } = await stripe.customers.create();
    const price = await stripe.prices.create({
      product_data: { name: 'Plus' },
      currency: 'eur',
      unit_amount: 900,
      recurring: { interval: 'month' },
    });
    const subscribe = (more: object) =>
      stripe.subscriptions.create({
        customer,
        items: [{ price: price.id }],
        payment_behavior: 'default_incomplete',
        payment_settings: { save_default_payment_method: 'on_subscription' },
        expand: ['latest_invoice.confirmation_secret', 'pending_setup_intent'],
        ...more,
      });
    const paid = await subscribe({});
    expect(paid).toMatchObject({ status: 'incomplete', pending_setup_intent: null });
    const secret = (paid.latest_invoice as Stripe.Invoice).confirmation_secret?.client_secret ?? '';
    const intent = await stripe.paymentIntents.confirm(secret.split('_secret_')[0]!, {
      payment_method: 'pm_card_visa',
    });
    expect(intent).toMatchObject({ status: 'succeeded', setup_future_usage: 'off_session' });
    expect(await stripe.subscriptions.retrieve(paid.id)).toMatchObject({
      status: 'active',
      default_payment_method: intent.payment_method,
    });

    const trial = await subscribe({ trial_period_days: 14 });
    const setUp = trial.pending_setup_intent as Stripe.SetupIntent;
    expect(trial.status).toBe('trialing');
    const confirmed = await stripe.setupIntents.confirm(setUp.id, { payment_method: 'pm_card_mastercard' });
    expect(await stripe.subscriptions.retrieve(trial.id)).toMatchObject({
      pending_setup_intent: null,
      default_payment_method: confirmed.payment_method,
    });
    expect((await stripe.paymentMethods.list({ customer })).data).toHaveLength(2);
  });
});

describe('search', () => {
  it('finds by metadata, state and amount, page by page, and refuses what it does not know', async () => {
    const stripe = harness.sdk();
    const ours = { signalbox_user_id: "o'neill" };
    const { id: customer } = await stripe.customers.create({ name: 'Jenny Rosen', metadata: ours });
    const { id: other } = await stripe.customers.create({ name: 'Rosa', metadata: { signalbox_user_id: 'other' } });
    const found = async (query: string) => (await stripe.customers.search({ query })).data.map(({ id }) => id);
    expect(await found(`metadata["signalbox_user_id"]:"o'neill"`)).toEqual([customer]);
    expect(await found(`metadata['signalbox_user_id']:'o\\'neill' AND name~"rosen"`)).toEqual([customer]);
    expect(await found(`-name~"rosen" AND metadata["none"]:null`)).toEqual([other]);
    for (const amount of [100, 200, 300]) await stripe.paymentIntents.create({ amount, currency: 'eur', customer });
    const query = `amount>100 AND customer:"${customer}" AND status:"requires_payment_method"`;
    const page = await stripe.paymentIntents.search({ query, limit: 1 });
    expect(page).toMatchObject({ object: 'search_result', has_more: true, data: [{ amount: 300 }] });
    const next = await stripe.paymentIntents.search({ query, limit: 1, page: page.next_page! });
    expect(next).toMatchObject({ has_more: false, next_page: null, data: [{ amount: 200 }] });
    for (const wrong of ['color:"red"', 'name', 'name:"a" AND email:"b" OR email:"c"'])
      expect(await harness.refusal(stripe.customers.search({ query: wrong }))).toMatchObject({ param: 'query' });
  });
});

describe('what is kept for a customer', () => {
  it('is charged while they are away, listed, and let go with them', async () => {
    const stripe = harness.sdk();
    const { id: customer } = await stripe.customers.create();
    const setUp = await stripe.setupIntents.create({
      customer,
      usage: 'off_session',
      automatic_payment_methods: { enabled: true },
    });
    const confirmed = await stripe.setupIntents.confirm(setUp.id, {
      payment_method_data: { type: 'card', card: { token: 'tok_visa' }, allow_redisplay: 'always' } as object as never,
    });
    const method = confirmed.payment_method as string;
    const intent = await stripe.paymentIntents.create({
      amount: 700,
      currency: 'eur',
      customer,
      payment_method: method,
      off_session: true,
      confirm: true,
    });
    expect(intent.status).toBe('succeeded');
    const refund = await stripe.refunds.create({
      payment_intent: intent.id,
      amount: 200,
      reason: 'requested_by_customer',
      metadata: { order: '1' },
    });
    expect((await stripe.refunds.list({ payment_intent: intent.id })).data).toEqual([
      expect.objectContaining({
        id: refund.id,
        amount: 200,
        reason: 'requested_by_customer',
        metadata: { order: '1' },
      }),
    ]);
    expect((await stripe.paymentIntents.list({ customer })).data.map(({ id }) => id)).toEqual([intent.id]);
    expect((await stripe.customers.listPaymentMethods(customer, { allow_redisplay: 'always' })).data).toHaveLength(1);
    await stripe.paymentMethods.update(method, { allow_redisplay: 'limited' });
    expect((await stripe.customers.listPaymentMethods(customer, { allow_redisplay: 'always' })).data).toEqual([]);
    await stripe.paymentMethods.detach(method);
    const gone = stripe.paymentIntents.create({ amount: 700, currency: 'eur', customer, payment_method: 'pm_none' });
    expect(await harness.refusal(gone)).toMatchObject({ code: 'resource_missing' });
    const dropped = await stripe.setupIntents.create({ customer });
    expect(await stripe.setupIntents.cancel(dropped.id, { cancellation_reason: 'abandoned' })).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'abandoned',
    });
  });
});
