import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@signalbox/testing';
import type Stripe from 'stripe';
import { StripeHarness } from './stripe.harness.js';

jest.setTimeout(30_000);

let harness: StripeHarness;
beforeAll(async () => {
  harness = await StripeHarness.start();
});
afterAll(() => harness.stop());

const DAY = 86_400;
const seconds = (text: string): number => Date.parse(text) / 1000;
const START = seconds('2026-01-15T12:00:00Z');

/** An account whose clock stands at START, and what it takes to subscribe in it. */
async function shop() {
  const key = harness.key();
  const stripe = harness.sdk(key);
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: START, name: 'a year' });
  const customer = await stripe.customers.create({ test_clock: clock.id });
  const pricedAt = (amount: number) =>
    stripe.prices.create({
      product_data: { name: `for ${amount}` },
      currency: 'eur',
      unit_amount: amount,
      recurring: { interval: 'month' },
    });
  const payWith = async (card: string): Promise<void> => {
    const { id } = await stripe.paymentMethods.attach(card, { customer: customer.id });
    await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: id } });
  };
  const until = (time: string | number) =>
    stripe.testHelpers.testClocks.advance(clock.id, {
      frozen_time: typeof time === 'string' ? seconds(time) : time,
    });
  const subscribe = (price: Stripe.Price, more: object = {}) =>
    stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }], ...more });
  return { key, stripe, clock, customer, pricedAt, payWith, until, subscribe };
}

async function invoicesOf(stripe: Stripe, { id }: Stripe.Subscription) {
  const { data } = await stripe.invoices.list({ subscription: id, limit: 100 });
  return data.reverse();
}

describe('a year of a subscription', () => {
  it('has a trial, renewals, a card that fails and recovers, an upgrade, and an end, each told when it happens', async () => {
    const { key, stripe, pricedAt, payWith, until, subscribe } = await shop();
    const inbox = await harness.inbox(key);
    await payWith('pm_card_visa');
    const [basic, plus] = [await pricedAt(1_000), await pricedAt(3_000)];
    const { id, items } = await subscribe(basic, { trial_period_days: 14 });
    const now = () => stripe.subscriptions.retrieve(id);
    expect(await now()).toMatchObject({ status: 'trialing', created: START, trial_end: START + 14 * DAY });

    await until(START + 12 * DAY);
    expect((await inbox.arrival('customer.subscription.trial_will_end')).data.object).toMatchObject({ id });
    await until('2026-01-30T12:00:00Z');
    expect((await now()).status).toBe('active');

    // Three months in one step: each renewal happens at its own time.
    await until('2026-04-29T12:00:00Z');
    const early = await invoicesOf(stripe, await now());
    expect(early.map(({ amount_paid, created }) => [amount_paid, new Date(created * 1000).toISOString()])).toEqual([
      [0, '2026-01-15T12:00:00.000Z'],
      [1_000, '2026-01-29T12:00:00.000Z'],
      [1_000, '2026-02-28T12:00:00.000Z'],
      [1_000, '2026-03-28T12:00:00.000Z'],
      [1_000, '2026-04-28T12:00:00.000Z'],
    ]);

    await payWith('pm_card_chargeCustomerFail');
    await until('2026-06-01T12:00:00Z');
    const [dunned] = (await invoicesOf(stripe, await now())).slice(-1);
    expect(dunned).toMatchObject({
      status: 'open',
      attempt_count: 2,
      next_payment_attempt: seconds('2026-06-05T12:00:00Z'),
    });
    expect((await now()).status).toBe('past_due');
    await payWith('pm_card_visa');
    await until('2026-06-06T12:00:00Z');
    expect(await stripe.invoices.retrieve(dunned!.id)).toMatchObject({ status: 'paid', attempt_count: 3 });
    expect((await now()).status).toBe('active');

    // Half of June's period is left: 15 of 30 days at 30 euros instead of 10.
    await until('2026-06-13T12:00:00Z');
    await stripe.subscriptions.update(id, {
      items: [{ id: items.data[0]!.id, price: plus.id }],
      proration_behavior: 'always_invoice',
    });
    const upgrade = (await invoicesOf(stripe, await now())).at(-1);
    expect(upgrade).toMatchObject({ billing_reason: 'subscription_update', status: 'paid' });
    expect(upgrade?.amount_paid).toBeGreaterThan(900);
    expect(upgrade?.amount_paid).toBeLessThan(1_100);

    await until('2026-12-20T12:00:00Z');
    expect((await invoicesOf(stripe, await now())).at(-1)).toMatchObject({ amount_paid: 3_000, status: 'paid' });
    await stripe.subscriptions.update(id, {
      cancel_at_period_end: true,
      cancellation_details: { feedback: 'too_expensive' },
    });
    expect(await now()).toMatchObject({ status: 'active', cancel_at: seconds('2026-12-28T12:00:00Z') });
    await until('2027-01-15T12:00:00Z');
    expect(await now()).toMatchObject({
      status: 'canceled',
      ended_at: seconds('2026-12-28T12:00:00Z'),
      cancellation_details: { reason: 'cancellation_requested', feedback: 'too_expensive' },
    });

    await inbox.arrival('customer.subscription.deleted');
    const counted = (): Record<string, number> => {
      const counts: Record<string, number> = {};
      for (const type of inbox.types()) counts[type] = (counts[type] ?? 0) + 1;
      return counts;
    };
    await eventually(() =>
      expect(counted()).toMatchObject({
        'invoice.paid': 13,
        'invoice.payment_failed': 2,
        'customer.subscription.deleted': 1,
        'customer.subscription.trial_will_end': 1,
        'invoice.upcoming': 10,
        'test_helpers.test_clock.ready': 8,
      }),
    );
  });

  it('ends as the account is set when nobody pays: canceled, unpaid, or past due', async () => {
    const endings = [
      ['cancel', 'canceled'],
      ['mark_unpaid', 'unpaid'],
      ['leave_past_due', 'past_due'],
    ];
    for (const [afterLastAttempt, status] of endings) {
      const { key, stripe, pricedAt, payWith, until, subscribe } = await shop();
      await harness.control('PUT', 'account', { key, afterLastAttempt });
      await payWith('pm_card_visa');
      const subscription = await subscribe(await pricedAt(500));
      await payWith('pm_card_chargeCustomerFail');
      await until('2026-03-02T11:00:00Z');
      expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('past_due');
      await until('2026-03-02T12:00:00Z');
      expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe(status);
      const unpaid = (await invoicesOf(stripe, subscription)).at(-1);
      expect(unpaid).toMatchObject({ status: 'open', attempt_count: 4, next_payment_attempt: null });
      if (status !== 'unpaid') continue;
      await until('2026-03-16T12:00:00Z');
      expect((await invoicesOf(stripe, subscription)).at(-1)).toMatchObject({ status: 'draft', auto_advance: false });
      await payWith('pm_card_visa');
      await stripe.invoices.pay((await invoicesOf(stripe, subscription)).at(-1)!.id);
      expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
    }
  });

  it('fails by the schedule when there is nothing to pay with', async () => {
    const { stripe, customer, pricedAt, payWith, until, subscribe } = await shop();
    await payWith('pm_card_visa');
    const subscription = await subscribe(await pricedAt(500));
    const [method] = (await stripe.customers.listPaymentMethods(customer.id)).data;
    await stripe.paymentMethods.detach(method!.id);
    await until('2026-02-16T12:00:00Z');
    expect((await invoicesOf(stripe, subscription)).at(-1)).toMatchObject({ status: 'open', attempt_count: 1 });
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('past_due');
  });

  it('can be paused, with its invoices void, and goes on by itself', async () => {
    const { stripe, pricedAt, payWith, until, subscribe } = await shop();
    await payWith('pm_card_visa');
    const { id } = await subscribe(await pricedAt(500));
    const resumes = seconds('2026-03-01T00:00:00Z');
    await stripe.subscriptions.update(id, { pause_collection: { behavior: 'void', resumes_at: resumes } });
    await until('2026-02-15T12:00:00Z');
    const subscription = await stripe.subscriptions.retrieve(id);
    expect(subscription).toMatchObject({ status: 'active', pause_collection: { behavior: 'void' } });
    await until('2026-03-15T12:00:00Z');
    expect((await stripe.subscriptions.retrieve(id)).pause_collection).toBeNull();
    const statuses = (await invoicesOf(stripe, subscription)).map(({ status }) => status);
    expect(statuses).toEqual(['paid', 'void', 'paid']);
  });

  it('that nobody pays first expires after 23 hours, and its payment cannot be made any more', async () => {
    const { stripe, pricedAt, until, subscribe } = await shop();
    const subscription = await subscribe(await pricedAt(500), {
      payment_behavior: 'default_incomplete',
      expand: ['latest_invoice.confirmation_secret'],
    });
    await until(START + 23 * 3_600 - 1);
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('incomplete');
    await until(START + 23 * 3_600);
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('incomplete_expired');
    const secret = (subscription.latest_invoice as Stripe.Invoice).confirmation_secret?.client_secret ?? '';
    expect(await stripe.paymentIntents.retrieve(secret.split('_secret_')[0]!)).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'void_invoice',
    });
  });

  it('changes in its items: an id changes or removes one, and what has none is one more', async () => {
    const { stripe, pricedAt, payWith, subscribe } = await shop();
    await payWith('pm_card_visa');
    const [one, two] = [await pricedAt(100), await pricedAt(200)];
    const { id, items } = await subscribe(one);
    const more = await stripe.subscriptions.update(id, { items: [{ price: two.id, quantity: 3 }] });
    expect(more.items.data.map((item) => [item.price.unit_amount, item.quantity])).toEqual([
      [100, 1],
      [200, 3],
    ]);
    const less = await stripe.subscriptions.update(id, { items: [{ id: items.data[0]!.id, deleted: true }] });
    expect(less.items.data.map(({ price }) => price.id)).toEqual([two.id]);
    const wrong = stripe.subscriptions.update(id, { items: [{ id: 'si_none', quantity: 2 }] });
    expect(await harness.refusal(wrong)).toMatchObject({ param: 'items[0][id]', code: 'resource_missing' });
  });
});

describe('the clock of an account', () => {
  it('is held and moved by the control port, says what happened, and leaves the others alone', async () => {
    const [key, other] = [harness.key(), harness.key()];
    const stripe = harness.sdk(key);
    await harness.control('PUT', 'clock', { key, at: '2026-01-15T12:00:00Z' });
    const intent = await stripe.paymentIntents.create({
      amount: 500,
      currency: 'eur',
      payment_method: 'pm_card_visa',
      capture_method: 'manual',
      confirm: true,
    });
    expect(await harness.control('POST', 'clock/advance', { key, months: 1, days: 1 })).toMatchObject({
      at: '2026-02-16T12:00:00.000Z',
      held: true,
      happened: [{ at: '2026-01-22T12:00:00.000Z', what: 'hold_lapses', about: intent.id }],
    });
    expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'automatic',
    });
    const { created } = await harness.sdk(other).customers.create();
    expect(created).toBeGreaterThan(seconds('2026-06-01T00:00:00Z'));
    const backwards = harness.control('POST', 'clock/advance', { key, to: '2026-02-01T00:00:00Z' });
    await expect(backwards).rejects.toThrow(/409/);
    await harness.control('DELETE', `clock?key=${key}`);
    expect((await stripe.customers.create()).created).toBeGreaterThan(seconds('2026-06-01T00:00:00Z'));
  });

  it('is one, and takes its customers along when it is deleted', async () => {
    const { stripe, clock, customer, pricedAt, payWith, subscribe } = await shop();
    await payWith('pm_card_visa');
    const { id } = await subscribe(await pricedAt(500));
    expect(await harness.refusal(stripe.testHelpers.testClocks.create({ frozen_time: START }))).toMatchObject({
      param: 'frozen_time',
    });
    expect((await stripe.testHelpers.testClocks.list()).data).toHaveLength(1);
    expect(await stripe.testHelpers.testClocks.del(clock.id)).toMatchObject({ deleted: true });
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('canceled');
    expect(await harness.refusal(stripe.customers.retrieve(customer.id))).toMatchObject({ statusCode: 404 });
  });
});
