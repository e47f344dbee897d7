import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type Stripe from 'stripe';
import { type Inbox, StripeHarness } from './stripe.harness.js';

jest.setTimeout(30_000);

let harness: StripeHarness;
beforeAll(async () => {
  harness = await StripeHarness.start();
});
afterAll(() => harness.stop());

interface Subscriber {
  readonly stripe: Stripe;
  readonly inbox: Inbox;
  readonly customer: Stripe.Customer;
  subscribe(more?: object): Promise<Stripe.Subscription>;
}

/** A customer with this card, and a price to subscribe to. */
async function subscriber(card: string | undefined): Promise<Subscriber> {
  const key = harness.key();
  const stripe = harness.sdk(key);
  const inbox = await harness.inbox(key);
  const customer = await stripe.customers.create();
  if (card !== undefined) {
    const { id } = await stripe.paymentMethods.attach(card, { customer: customer.id });
    await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: id } });
  }
  const product = await stripe.products.create({ name: 'Plus' });
  const price = await stripe.prices.create({
    product: product.id,
    currency: 'eur',
    unit_amount: 900,
    recurring: { interval: 'month' },
  });
  const subscribe = (more: object = {}) =>
    stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id, quantity: 2 }], ...more });
  return { stripe, inbox, customer, subscribe };
}

function advance(subscription: Stripe.Subscription, body: object = {}): Promise<unknown> {
  return harness.control('POST', `subscriptions/${subscription.id}/advance`, body);
}

/** The events of one object, oldest first, as Stripe keeps them. */
async function historyOf(stripe: Stripe, id: string): Promise<string[]> {
  const { data } = await stripe.events.list({ limit: 100 });
  return data
    .filter((event) => (event.data.object as { id?: string }).id === id)
    .map(({ type }) => type)
    .reverse();
}

async function latestInvoice(stripe: Stripe, { id }: Stripe.Subscription): Promise<Stripe.Invoice> {
  const { latest_invoice: invoice } = await stripe.subscriptions.retrieve(id, { expand: ['latest_invoice.payments'] });
  return invoice as Stripe.Invoice;
}

describe('a subscription', () => {
  it('is billed and paid when it begins, and again each period', async () => {
    const { stripe, subscribe } = await subscriber('pm_card_visa');
    const subscription = await subscribe();
    expect(subscription.status).toBe('active');
    const first = await latestInvoice(stripe, subscription);
    expect(first).toMatchObject({
      status: 'paid',
      amount_paid: 1800,
      attempt_count: 1,
      billing_reason: 'subscription_create',
    });
    expect(first.parent?.subscription_details?.subscription).toBe(subscription.id);
    expect(first.payments?.data[0]).toMatchObject({ status: 'paid', amount_paid: 1800 });
    expect(await historyOf(stripe, first.id)).toEqual([
      'invoice.created',
      'invoice.finalized',
      'invoice.updated',
      'invoice.updated',
      'invoice.paid',
      'invoice.payment_succeeded',
    ]);
    const [item] = subscription.items.data;
    await advance(subscription);
    const renewed = await stripe.subscriptions.retrieve(subscription.id);
    expect(renewed.items.data[0]?.current_period_start).toBe(item?.current_period_end);
    expect(await latestInvoice(stripe, subscription)).toMatchObject({
      status: 'paid',
      billing_reason: 'subscription_cycle',
    });
    expect((await stripe.balanceTransactions.list({ type: 'charge' })).data.map(({ amount }) => amount)).toEqual([
      1800, 1800,
    ]);
  });

  it('is dunned attempt by attempt, recovers when the customer pays, and ends when nobody does', async () => {
    const { stripe, inbox, subscribe } = await subscriber('pm_card_visa');
    const subscription = await subscribe();
    await advance(subscription, { outcome: 'insufficient_funds' });
    const invoice = await latestInvoice(stripe, subscription);
    expect(invoice).toMatchObject({
      status: 'open',
      attempt_count: 1,
      attempted: true,
      next_payment_attempt: expect.any(Number),
    });
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('past_due');
    await harness.control('POST', `invoices/${invoice.id}/attempt`, { outcome: 'card_velocity_exceeded' });
    expect(await stripe.invoices.retrieve(invoice.id)).toMatchObject({ attempt_count: 2 });
    const { next_payment_attempt: scheduled } = await stripe.invoices.retrieve(invoice.id);
    await harness.refusal(stripe.invoices.pay(invoice.id, { payment_method: 'pm_card_chargeDeclined' }));
    expect(await stripe.invoices.retrieve(invoice.id)).toMatchObject({
      attempt_count: 2,
      next_payment_attempt: scheduled,
    });
    await stripe.invoices.pay(invoice.id, { payment_method: 'pm_card_visa' });
    expect(await stripe.invoices.retrieve(invoice.id)).toMatchObject({
      status: 'paid',
      attempt_count: 2,
      next_payment_attempt: null,
    });
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');

    await advance(subscription, { outcome: 'generic_decline' });
    const unpaid = await latestInvoice(stripe, subscription);
    for (let attempt = 2; attempt <= 4; attempt += 1)
      await harness.control('POST', `invoices/${unpaid.id}/attempt`, { outcome: 'generic_decline' });
    expect(await stripe.invoices.retrieve(unpaid.id)).toMatchObject({
      attempt_count: 4,
      next_payment_attempt: null,
      status: 'open',
    });
    const ended = await inbox.arrival('customer.subscription.deleted');
    expect(ended.data.object).toMatchObject({ status: 'canceled', cancellation_details: { reason: 'payment_failed' } });
    const failures = (await historyOf(stripe, unpaid.id)).filter((type) => type === 'invoice.payment_failed');
    expect(failures).toHaveLength(4);
  });

  it('is incomplete until its first payment is made, on the phone or by another card', async () => {
    const { stripe, subscribe } = await subscriber('pm_card_chargeCustomerFail');
    const failed = await subscribe();
    expect(failed.status).toBe('incomplete');
    expect(await latestInvoice(stripe, failed)).toMatchObject({
      status: 'open',
      attempt_count: 1,
      next_payment_attempt: null,
    });
    expect(await harness.refusal(subscribe({ payment_behavior: 'error_if_incomplete' }))).toMatchObject({
      type: 'StripeCardError',
    });
    const waiting = await subscribe({
      payment_behavior: 'default_incomplete',
      expand: ['latest_invoice.confirmation_secret'],
    });
    expect(waiting.status).toBe('incomplete');
    const secret = (waiting.latest_invoice as Stripe.Invoice).confirmation_secret?.client_secret ?? '';
    await stripe.paymentIntents.confirm(secret.split('_secret_')[0] ?? '', { payment_method: 'pm_card_visa' });
    expect((await stripe.subscriptions.retrieve(waiting.id)).status).toBe('active');
  });

  it('waits for the customer when the bank wants to see them', async () => {
    const { stripe, inbox, subscribe } = await subscriber('pm_card_visa');
    const subscription = await subscribe();
    await advance(subscription, { outcome: 'requires_action' });
    const asked = await inbox.arrival('invoice.payment_action_required');
    await inbox.arrival('payment_intent.requires_action');
    const invoice = await latestInvoice(stripe, subscription);
    expect(asked.data.object).toMatchObject({ id: invoice.id, status: 'open' });
    const { payment } = invoice.payments!.data[0]!;
    await harness.control('POST', `payment-intents/${payment.payment_intent as string}/authenticate`, {
      outcome: 'succeed',
    });
    expect(await stripe.invoices.retrieve(invoice.id)).toMatchObject({ status: 'paid' });
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
  });

  it('can be tried, paused, resumed and canceled, at once or with its period', async () => {
    const { stripe, inbox, subscribe } = await subscriber(undefined);
    expect(await harness.refusal(subscribe())).toMatchObject({ code: 'resource_missing' });
    const trial = await subscribe({
      trial_period_days: 7,
      trial_settings: { end_behavior: { missing_payment_method: 'pause' } },
    });
    expect(trial).toMatchObject({ status: 'trialing', trial_end: expect.any(Number) });
    expect(await latestInvoice(stripe, trial)).toMatchObject({ status: 'paid', amount_due: 0 });
    await advance(trial, { to: 'trial_will_end' });
    await inbox.arrival('customer.subscription.trial_will_end');
    await advance(trial, { to: 'trial_end' });
    await inbox.arrival('customer.subscription.paused');
    expect((await stripe.subscriptions.resume(trial.id)).status).toBe('active');
    await advance(trial, { to: 'upcoming_invoice' });
    expect((await inbox.arrival('invoice.upcoming')).data.object).toMatchObject({
      amount_due: 1800,
      billing_reason: 'upcoming',
    });
    expect((await inbox.arrival('invoice.upcoming')).data.object['id']).toBeUndefined();
    await stripe.subscriptions.update(trial.id, { cancel_at_period_end: true });
    await advance(trial);
    expect(await stripe.subscriptions.retrieve(trial.id)).toMatchObject({
      status: 'canceled',
      ended_at: expect.any(Number),
    });
    expect((await stripe.subscriptions.list()).data).toEqual([]);
    expect((await stripe.subscriptions.list({ status: 'all' })).data).toHaveLength(1);
  });
});

describe('an invoice', () => {
  it('of things that were noted down is finalized, sent, voided, or given up', async () => {
    const { stripe, customer } = await subscriber('pm_card_visa');
    const draft = async (more: object = {}) => {
      await stripe.invoiceItems.create({ customer: customer.id, amount: 700, currency: 'eur', description: 'one' });
      await stripe.invoiceItems.create({ customer: customer.id, amount: 300, currency: 'eur', description: 'two' });
      return stripe.invoices.create({ customer: customer.id, pending_invoice_items_behavior: 'include', ...more });
    };
    const voided = await draft();
    expect(voided).toMatchObject({ status: 'draft', total: 1000, lines: { data: [{ amount: 700 }, { amount: 300 }] } });
    const open = await stripe.invoices.finalizeInvoice(voided.id);
    expect(open).toMatchObject({ status: 'open', number: expect.stringMatching(/-0001$/), amount_remaining: 1000 });
    expect((await stripe.invoices.voidInvoice(voided.id)).status).toBe('void');
    const lost = await draft();
    await stripe.invoices.finalizeInvoice(lost.id);
    expect((await stripe.invoices.markUncollectible(lost.id)).status).toBe('uncollectible');
    const sent = await draft({ collection_method: 'send_invoice', days_until_due: 7 });
    expect(await stripe.invoices.sendInvoice(sent.id)).toMatchObject({
      status: 'open',
      due_date: expect.any(Number),
    });
    const dropped = await draft();
    expect(await stripe.invoices.del(dropped.id)).toMatchObject({ deleted: true });
    const paid = await draft();
    expect(await stripe.invoices.pay(paid.id)).toMatchObject({
      status: 'paid',
      amount_paid: 2000,
      amount_remaining: 0,
    });
    expect(await harness.refusal(stripe.invoices.pay(paid.id))).toMatchObject({ code: 'invoice_already_paid' });
  });
});
