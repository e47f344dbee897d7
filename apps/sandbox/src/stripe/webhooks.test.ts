import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@signalbox/testing';
import { type Inbox, StripeHarness } from './stripe.harness.js';

jest.setTimeout(30_000);

let harness: StripeHarness;
beforeAll(async () => {
  harness = await StripeHarness.start();
});
afterEach(async () => {
  await harness.control('DELETE', 'delivery-behaviour');
  await harness.control('DELETE', 'behaviour');
});
afterAll(() => harness.stop());

function headerOf(inbox: Inbox, index = 0): string {
  return String(harness.receiver.postsTo(inbox.path)[index]?.headers['stripe-signature']);
}

async function customers(key: string, count: number): Promise<void> {
  const stripe = harness.sdk(key);
  for (let made = 0; made < count; made += 1) await stripe.customers.create({ description: String(made) });
}

describe('a webhook', () => {
  it("is signed so that Stripe's own verifier accepts it, and nothing else does", async () => {
    const key = harness.key();
    const stripe = harness.sdk(key);
    const made = await stripe.webhookEndpoints.create({
      url: `${harness.receiver.url}/api-made`,
      enabled_events: ['customer.created', 'customer.deleted'],
    });
    const customer = await stripe.customers.create({ name: 'Jürgen ✓' });
    await stripe.products.create({ name: 'not asked for' });
    const post = await harness.post('/api-made');
    const header = String(post.headers['stripe-signature']);
    const event = stripe.webhooks.constructEvent(post.body, header, made.secret ?? '');
    expect(event).toMatchObject({
      type: 'customer.created',
      data: { object: { id: customer.id } },
      api_version: '2026-10-28.endive',
    });
    expect(event.request).toMatchObject({ id: expect.stringMatching(/^req_/), idempotency_key: expect.any(String) });
    expect(() => stripe.webhooks.constructEvent(`${post.body} `, header, made.secret ?? '')).toThrow();
    expect((await stripe.webhookEndpoints.retrieve(made.id)).secret).toBeUndefined();
    await stripe.webhookEndpoints.del(made.id);
    await customers(key, 1);
    expect(harness.receiver.postsTo('/api-made')).toHaveLength(1);
  });

  it('is signed with every active secret while one is rolled', async () => {
    const key = harness.key();
    const inbox = await harness.inbox(key);
    const rolled = await harness.control<{ secret: string }>('POST', `endpoints/${inbox.id}/roll-secret`, {
      overlapSeconds: 60,
    });
    await customers(key, 1);
    await inbox.arrival('customer.created');
    const [body] = inbox.bodies();
    expect(headerOf(inbox).match(/v1=/g)).toHaveLength(2);
    for (const secret of [inbox.secret, rolled.secret])
      expect(harness.sdk(key).webhooks.constructEvent(body!, headerOf(inbox), secret).type).toBe('customer.created');
  });

  it('is tried again, signed afresh, until it is taken, and counted as pending until then', async () => {
    const key = harness.key();
    const inbox = await harness.inbox(key);
    await harness.control('PUT', 'delivery-behaviour', { retries: { attempts: 4, firstMs: 20, maxMs: 40 } });
    harness.receiver.script(inbox.path, (_post, turn) => ({ status: turn < 3 ? 500 : 200 }));
    await customers(key, 1);
    const { deliveries } = await harness.control<{ deliveries: { attempt: number; answer: { status: number } }[] }>(
      'GET',
      `deliveries?endpointId=${inbox.id}&status=200&waitMs=5000`,
    );
    expect(deliveries).toMatchObject([{ attempt: 3, answer: { kind: 'answer', status: 200 } }]);
    const [event] = (await harness.sdk(key).events.list()).data;
    expect(event?.pending_webhooks).toBe(0);
    expect(new Set(inbox.bodies()).size).toBe(1);
  });

  it('is given up when nobody takes it', async () => {
    const key = harness.key();
    const inbox = await harness.inbox(key);
    await harness.control('PUT', 'delivery-behaviour', { retries: { attempts: 2, firstMs: 10, maxMs: 10 } });
    harness.receiver.script(inbox.path, () => 'cut');
    await customers(key, 1);
    const lost = `deliveries?endpointId=${inbox.id}&ending=unanswered`;
    await eventually(async () =>
      expect((await harness.control<{ deliveries: object[] }>('GET', lost)).deliveries).toHaveLength(2),
    );
    expect((await harness.sdk(key).events.list({ delivery_success: false })).data).toHaveLength(1);
  });

  it('can be lost, and stays in the Events API', async () => {
    const key = harness.key();
    const inbox = await harness.inbox(key);
    await harness.control('PUT', 'behaviour', { seed: 7 });
    await harness.control('PUT', 'delivery-behaviour', { drop: 0.3 });
    await customers(key, 30);
    const { deliveries: dropped } = await harness.control<{ deliveries: { eventId: string }[] }>(
      'GET',
      `deliveries?endpointId=${inbox.id}&ending=dropped`,
    );
    expect(dropped.length).toBeGreaterThan(2);
    expect(dropped.length).toBeLessThan(20);
    await eventually(() => expect(inbox.events()).toHaveLength(30 - dropped.length));
    const known = new Set((await harness.sdk(key).events.list({ limit: 100 })).data.map(({ id }) => id));
    expect(dropped.every(({ eventId }) => known.has(eventId))).toBe(true);
  });

  it('can come twice and in another order', async () => {
    const key = harness.key();
    const inbox = await harness.inbox(key);
    await harness.control('PUT', 'delivery-behaviour', { duplicate: 1, reorder: 20 });
    await customers(key, 10);
    await eventually(() => expect(inbox.events()).toHaveLength(20));
    const arrived = inbox.events().map(({ data }) => Number(data.object['description']));
    expect(arrived.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 20 }, (_none, at) => at >> 1));
    expect(arrived).not.toEqual(arrived.toSorted((one, other) => one - other));
  });

  it('refuses addresses that nothing can be posted to', async () => {
    const stripe = harness.sdk();
    for (const url of ['ftp://127.0.0.1/x', 'nowhere', 'http://']) {
      const refused = harness.refusal(stripe.webhookEndpoints.create({ url, enabled_events: ['*'] }));
      expect(await refused).toMatchObject({ code: 'url_invalid', param: 'url' });
    }
  });

  it('waits as long as its endpoint says', async () => {
    const key = harness.key();
    const [slow, quick] = [await harness.inbox(key), await harness.inbox(key)];
    await harness.control('PUT', `endpoints/${slow.id}/behaviour`, { delayMs: 400 });
    const before = performance.now();
    await customers(key, 1);
    await quick.arrival('customer.created');
    await slow.arrival('customer.created');
    expect(harness.receiver.postsTo(slow.path)[0]!.at - before).toBeGreaterThan(390);
  });

  it('tells of a connected account to those who ask for connected accounts only', async () => {
    const key = harness.key();
    const [own, connected] = [await harness.inbox(key), await harness.inbox(key, { connect: true })];
    await harness.sdk(key, { stripeAccount: 'acct_connected' }).customers.create();
    await harness.sdk(key).products.create({ name: 'own' });
    expect(await connected.arrival('customer.created')).toMatchObject({ account: 'acct_connected' });
    await own.arrival('product.created');
    expect([own.types(), connected.types()]).toEqual([['product.created'], ['customer.created']]);
    expect((await harness.sdk(key).customers.list()).data).toEqual([]);
  });

  it('speaks the API version of its endpoint', async () => {
    const key = harness.key();
    const inbox = await harness.inbox(key, { apiVersion: '2024-06-20' });
    const stripe = harness.sdk(key);
    const customer = await stripe.customers.create({
      payment_method: 'pm_card_visa',
      invoice_settings: { default_payment_method: 'pm_card_visa' },
    });
    await stripe.subscriptions.create({
      customer: customer.id,
      items: [
        {
          price_data: {
            currency: 'eur',
            unit_amount: 900,
            recurring: { interval: 'month' },
            product: (await stripe.products.create({ name: 'p' })).id,
          },
        },
      ],
    });
    const paid = await inbox.arrival('invoice.paid');
    expect(paid).toMatchObject({ api_version: '2024-06-20' });
    expect(paid.data.object).toMatchObject({
      paid: true,
      subscription: expect.stringMatching(/^sub_/),
      payment_intent: expect.stringMatching(/^pi_/),
    });
    expect((await inbox.arrival('customer.subscription.updated')).data.object).toMatchObject({
      current_period_end: expect.any(Number),
    });
  });
});

describe('a thin event', () => {
  it("is parsed by Stripe's SDK, leads to its object and to its snapshot", async () => {
    const key = harness.key();
    const stripe = harness.sdk(key);
    const inbox = await harness.inbox(key, { thin: true, enabledEvents: ['v1.customer.*'] });
    const customer = await stripe.customers.create({ name: 'before' });
    await stripe.customers.update(customer.id, { name: 'after' });
    await inbox.arrival('v1.customer.updated');
    const index = inbox.types().indexOf('v1.customer.updated');
    const notification = stripe.parseEventNotification(inbox.bodies()[index]!, headerOf(inbox, index), inbox.secret);
    expect(notification).toMatchObject({
      type: 'v1.customer.updated',
      related_object: { id: customer.id, type: 'customer' },
    });
    expect(await (notification as { fetchRelatedObject(): Promise<unknown> }).fetchRelatedObject()).toMatchObject({
      name: 'after',
    });
    const event = await notification.fetchEvent();
    expect(event).toMatchObject({
      id: notification.id,
      changes: { before: { name: 'before' }, after: { name: 'after' } },
    });
    const snapshot = await stripe.events.retrieve(event.snapshot_event ?? '');
    expect(snapshot).toMatchObject({ type: 'customer.updated', data: { previous_attributes: { name: 'before' } } });
    expect(() => stripe.webhooks.constructEvent(inbox.bodies()[index]!, headerOf(inbox, index), inbox.secret)).toThrow(
      /thin/,
    );
  });

  it('is sent to destinations that were made through /v2', async () => {
    const key = harness.key();
    const stripe = harness.sdk(key);
    const destination = await stripe.v2.core.eventDestinations.create({
      name: 'mine',
      type: 'webhook_endpoint',
      event_payload: 'thin',
      enabled_events: ['v1.customer.created'],
      webhook_endpoint: { url: `${harness.receiver.url}/destination` },
      include: ['webhook_endpoint.signing_secret'],
    });
    const customer = await stripe.customers.create();
    const post = await harness.post('/destination');
    const secret = destination.webhook_endpoint?.signing_secret ?? '';
    const parsed = stripe.parseEventNotification(post.body, String(post.headers['stripe-signature']), secret);
    expect(parsed).toMatchObject({ type: 'v1.customer.created', related_object: { id: customer.id } });
    const listed = await stripe.v2.core.events.list({ object_id: customer.id });
    expect(listed.data.map(({ type }) => type)).toEqual(['v1.customer.created']);
  });

  it('says that an event could not be generated', async () => {
    const key = harness.key();
    const stripe = harness.sdk(key);
    const inbox = await harness.inbox(key, { thin: true });
    await harness.control('PUT', 'behaviour', { ungenerated: 1 });
    const customer = await stripe.customers.create();
    const told = await inbox.arrival('v2.core.health.event_generation_failure.resolved');
    const event = await stripe.v2.core.events.retrieve(told.id);
    expect(event).toMatchObject({
      data: { impact: { event_type: 'customer.created', related_object_id: customer.id } },
    });
    expect((await stripe.events.list()).data).toEqual([]);
  });
});
