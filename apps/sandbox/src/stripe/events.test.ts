import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { TEST_CARDS } from './cards/test-cards.js';
import { Endpoints } from './deliver/endpoints.js';
import { ADDRESSES } from './events/thin-event.js';
import { CliSessions } from './listen/cli-sessions.js';
import { routesOf } from './routes.js';
import { StripeHarness } from './stripe.harness.js';

jest.setTimeout(30_000);

let harness: StripeHarness;
beforeAll(async () => {
  harness = await StripeHarness.start();
});
afterAll(() => harness.stop());

describe('the Events API', () => {
  it('pages through events of one and the same second without losing or repeating one', async () => {
    const stripe = harness.sdk();
    await harness.control('PUT', 'behaviour', { sameSecond: true });
    for (let made = 0; made < 23; made += 1) await stripe.products.create({ name: `${made}` });
    await harness.control('DELETE', 'behaviour');
    const seen: string[] = [];
    for await (const event of stripe.events.list({ limit: 5 })) seen.push((event.data.object as { name: string }).name);
    expect(seen).toEqual(Array.from({ length: 23 }, (_none, index) => String(22 - index)));
    const { data } = await stripe.events.list({ limit: 100 });
    expect(new Set(data.map(({ created }) => created)).size).toBe(1);
    const [newest, , third] = data;
    const before = await stripe.events.list({ ending_before: third!.id, limit: 1 });
    expect(before).toMatchObject({ has_more: true, data: [{ id: data[1]!.id }] });
    expect((await stripe.events.list({ created: { gt: newest!.created } })).data).toEqual([]);
    expect(
      (await stripe.events.list({ created: { gte: newest!.created, lte: newest!.created }, limit: 100 })).data,
    ).toHaveLength(23);
  });

  it('filters by type, by group and by at most 20 types', async () => {
    const key = harness.key();
    const stripe = harness.sdk(key);
    await stripe.products.create({ name: 'p' });
    const customer = await stripe.customers.create();
    await stripe.customers.update(customer.id, { metadata: { a: 'b' } });
    const types = async (params: object) => (await stripe.events.list(params)).data.map(({ type }) => type);
    expect(await types({ type: 'customer.*' })).toEqual(['customer.updated', 'customer.created']);
    expect(await types({ types: ['product.created', 'customer.updated'] })).toEqual([
      'customer.updated',
      'product.created',
    ]);
    const many = Array.from({ length: 21 }, (_none, index) => `type.number${index}`);
    expect(await harness.refusal(stripe.events.list({ types: many }))).toMatchObject({
      statusCode: 400,
      param: 'types',
    });
    expect(await types({ types: many.slice(1) })).toEqual([]);
    expect(await harness.refusal(stripe.events.list({ limit: 101 }))).toMatchObject({ param: 'limit' });
    expect(await harness.refusal(stripe.events.list({ starting_after: 'evt_no' }))).toMatchObject({
      code: 'resource_missing',
    });
  });

  it('speaks the version of the account, whatever version is asked for', async () => {
    const key = harness.key();
    await harness.control('PUT', 'account', { key, apiVersion: '2024-06-20' });
    const stripe = harness.sdk(key);
    const customer = await stripe.customers.create();
    await stripe.invoiceItems.create({ customer: customer.id, amount: 500, currency: 'eur' });
    const invoice = await stripe.invoices.create({ customer: customer.id });
    expect(invoice).not.toHaveProperty('paid');
    const [event] = (await stripe.events.list({ type: 'invoice.created' })).data;
    expect(event).toMatchObject({ api_version: '2024-06-20', data: { object: { id: invoice.id, paid: false } } });
    const headers = { authorization: `Bearer ${key}` };
    const answer = await fetch(`${harness.origin}/v1/invoices/${invoice.id}`, { headers });
    expect([answer.headers.get('stripe-version'), await answer.json()]).toMatchObject(['2024-06-20', { paid: false }]);
    await harness.control('PUT', 'account', { key, apiVersion: '2026-10-28.endive' });
    await stripe.invoices.update(invoice.id, { description: 'changed' });
    const old = { headers: { ...headers, 'stripe-version': '2024-06-20' } };
    const listed = await fetch(`${harness.origin}/v1/events?type=invoice.updated`, old);
    expect(await listed.json()).not.toHaveProperty('data[0].data.object.paid');
  });

  it('forgets what is older than 30 days, and shows objects as they were', async () => {
    const key = harness.key();
    const stripe = harness.sdk(key);
    const customer = await stripe.customers.create({ name: 'then' });
    await stripe.customers.update(customer.id, { name: 'now' });
    const now = Math.floor(Date.now() / 1000);
    const emit = (created: number) =>
      harness.control<{ id: string }>('POST', 'events', {
        key,
        type: 'customer.updated',
        objectId: customer.id,
        created,
      });
    const [old, young] = [await emit(now - 31 * 86_400), await emit(now - 29 * 86_400)];
    const listed = (await stripe.events.list()).data;
    expect(listed.map(({ id }) => id)).toContain(young.id);
    expect(listed.map(({ id }) => id)).not.toContain(old.id);
    expect(listed.find(({ type }) => type === 'customer.created')?.data.object).toMatchObject({ name: 'then' });
  });
});

describe('the control API of Stripe', () => {
  it('makes a payment fail for a user in one call', async () => {
    const key = harness.key();
    const inbox = await harness.inbox(key);
    const stripe = harness.sdk(key);
    const failed = await harness.control('POST', 'payments', {
      key,
      userId: 'user_1',
      amount: 4200,
      currency: 'eur',
      outcome: 'expired_card',
    });
    expect(failed).toMatchObject({ status: 'requires_payment_method', last_payment_error: { code: 'expired_card' } });
    const event = await inbox.arrival('payment_intent.payment_failed');
    expect(event.data.object).toMatchObject({ amount: 4200, metadata: { signalbox_user_id: 'user_1' } });
    const asked = await harness.control('POST', 'payments', { key, userId: 'user_1', outcome: 'requires_action' });
    expect(asked).toMatchObject({ status: 'requires_action' });
    expect(await harness.control('POST', 'payments', { key, outcome: 'succeeded' })).toMatchObject({
      status: 'succeeded',
    });
    const customers = await stripe.customers.list();
    expect(customers.data.map(({ metadata }) => metadata)).toEqual([{ signalbox_user_id: 'user_1' }]);
  });

  it('gives a credential, sends an event once more, and forgets one account', async () => {
    const key = harness.key();
    expect(await harness.control('GET', `credential?key=${key}`)).toEqual({
      secretKey: key,
      publishableKey: key.replace('sk_', 'pk_'),
      accountId: expect.stringMatching(/^acct_/),
      endpoint: { origin: harness.origin },
    });
    const inbox = await harness.inbox(key);
    const stripe = harness.sdk(key);
    await stripe.products.create({ name: 'p' });
    const { id } = await inbox.arrival('product.created');
    expect(await harness.control('POST', `events/${id}/resend`, {})).toEqual({ sent: 1 });
    const { deliveries } = await harness.control<{ deliveries: { type: string }[] }>(
      'GET',
      `deliveries?eventId=${id}&after=1&waitMs=2000`,
    );
    expect(deliveries.length).toBeGreaterThan(0);
    await harness.control('POST', 'reset', { key });
    expect((await stripe.products.list()).data).toEqual([]);
    const { endpoints } = await harness.control<{ endpoints: { id: string }[] }>('GET', 'endpoints');
    expect(endpoints.map((endpoint) => endpoint.id)).not.toContain(inbox.id);
  });

  it.each<[string, string, object | undefined, number, string]>([
    ['PUT', 'behaviour', { faults: [{ status: 500, hang: true }] }, 422, '/faults/0'],
    ['PUT', 'behaviour', { faults: [{}] }, 422, '/faults/0'],
    ['PUT', 'delivery-behaviour', { drop: 2 }, 422, '/drop'],
    ['POST', 'endpoints', { url: 'not a url' }, 422, '/url'],
    ['POST', 'endpoints', { url: 'http://127.0.0.1:1', key: 'sk_live_1' }, 422, '/key'],
    ['POST', 'payments', { outcome: 'thunder' }, 422, '/outcome'],
    ['POST', 'refunds/re_no/settle', { outcome: 'fail' }, 404, ''],
    ['POST', 'events', { type: 'customer.updated', objectId: 'cus_no' }, 404, ''],
    ['GET', 'requests?color=red', undefined, 422, '/color'],
  ])('answers %s %s %j with a problem that names the field', async (method, path, body, status, pointer) => {
    const answer = await harness.box.control(method, `/v1/stripe/${path}`, body);
    expect(answer).toMatchObject({ status, type: expect.stringContaining('application/problem+json') });
    if (pointer !== '') expect(answer.body).toMatchObject({ errors: [{ pointer }] });
  });

  it('shows a behaviour in the words it is written in', async () => {
    const key = harness.key();
    const behaviour = {
      blackhole: false,
      latencyMs: 0,
      ungenerated: 0,
      sameSecond: false,
      faults: [
        { route: 'GET /v1/*', key, share: 0.5, after: false, status: 429, retryAfter: 1 },
        { share: 1, times: 2, after: true, hang: true },
      ],
    };
    const shown = { ...behaviour, faults: behaviour.faults.map((fault) => ({ ...fault, used: 0 })) };
    expect(await harness.control('PUT', 'behaviour', behaviour)).toEqual(shown);
    expect(await harness.control('GET', 'behaviour')).toEqual(shown);
    await harness.control('DELETE', 'behaviour');
  });
});

describe('the documentation', () => {
  it('names every route and every test card', async () => {
    const documented = (await readFile(new URL('../../../../docs/sandbox.md', import.meta.url), 'utf8')).split(
      '\n## Stripe\n',
    )[1];
    const routes = routesOf(new Endpoints(), new CliSessions()).map(({ path }) => path);
    for (const path of routes) expect(documented).toContain(`\`${path.split('/:')[0]!}`);
    for (const address of ADDRESSES.values()) expect(routes).toContain(`${address}/:id`);
    for (const name of TEST_CARDS.keys()) expect(documented).toContain(`\`${name}\``);
  });
});
