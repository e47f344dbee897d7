import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@signalbox/testing';
import { request } from 'node:http';
import type Stripe from 'stripe';
import { StripeHarness } from './stripe.harness.js';

jest.setTimeout(30_000);

let harness: StripeHarness;
beforeAll(async () => {
  harness = await StripeHarness.start();
});
afterEach(() => harness.control('DELETE', 'behaviour'));
afterAll(() => harness.stop());

const INTENT = {
  amount: 2000,
  currency: 'usd',
  payment_method: 'pm_card_visa',
  payment_method_types: ['card'],
  confirm: true,
};

function misbehave(...faults: object[]): Promise<unknown> {
  return harness.control('PUT', 'behaviour', { faults });
}

async function intents(stripe: Stripe): Promise<number> {
  return (await stripe.paymentIntents.list()).data.length;
}

describe('the API', () => {
  it('limits the rate with Retry-After, of one route and one account, as often as it is told', async () => {
    const [key, other] = [harness.key(), harness.key()];
    await misbehave({ route: 'POST /v1/customers', key, status: 429, retryAfter: 2, times: 2 });
    const stripe = harness.sdk(key);
    for (let turn = 0; turn < 2; turn += 1) {
      const error = await harness.refusal(stripe.customers.create());
      expect(error).toMatchObject({
        type: 'StripeRateLimitError',
        code: 'rate_limit',
        headers: { 'retry-after': '2' },
      });
    }
    await harness.sdk(other).customers.create();
    await stripe.customers.create();
    expect((await stripe.customers.list()).data).toHaveLength(1);
  });

  it('fails a share of the requests, evenly spread', async () => {
    const headers = { authorization: `Bearer ${harness.key()}` };
    await misbehave({ route: 'GET /v1/*', status: 503, share: 0.25 });
    const statuses: number[] = [];
    for (let turn = 0; turn < 8; turn += 1)
      statuses.push((await fetch(`${harness.origin}/v1/products`, { headers })).status);
    expect(statuses).toEqual([200, 200, 200, 503, 200, 200, 200, 503]);
  });

  it.each([
    ['never answers', { hang: true }, /timeout/],
    ['breaks the connection', { disconnect: true }, /connection/],
    ['answers 500', { status: 500 }, /unknown error/],
  ])('takes the money and %s; the same key then tells the outcome, once', async (_name, ending, message) => {
    const key = harness.key();
    const [impatient, stripe] = [harness.sdk(key, { timeout: 1500 }), harness.sdk(key)];
    const options = { idempotencyKey: `order-${key}` };
    await misbehave({ route: 'POST /v1/payment_intents', ...ending, after: true, key });
    await expect(impatient.paymentIntents.create(INTENT, options)).rejects.toThrow(message);
    await harness.control('DELETE', 'behaviour');
    const intent = await stripe.paymentIntents.create(INTENT, options);
    expect(intent).toMatchObject({ status: 'succeeded', amount_received: 2000 });
    expect(intent.lastResponse.headers).toMatchObject({ 'idempotent-replayed': 'true' });
    expect(await intents(stripe)).toBe(1);
  });

  it('fails before anything is done unless told otherwise', async () => {
    const stripe = harness.sdk();
    await misbehave({ route: 'POST /v1/payment_intents', status: 500, times: 1 });
    await harness.refusal(stripe.paymentIntents.create(INTENT, { idempotencyKey: 'again' }));
    expect(await intents(stripe)).toBe(0);
    const intent = await stripe.paymentIntents.create(INTENT, { idempotencyKey: 'again' });
    expect(intent.lastResponse.headers['idempotent-replayed']).toBeUndefined();
  });

  it('is slow, or a black hole, and remembers who came', async () => {
    const key = harness.key();
    const [impatient, stripe] = [harness.sdk(key, { timeout: 1500 }), harness.sdk(key)];
    await harness.control('PUT', 'behaviour', { latencyMs: 80 });
    const before = performance.now();
    await stripe.customers.list();
    expect(performance.now() - before).toBeGreaterThan(75);
    await harness.control('PUT', 'behaviour', { blackhole: true });
    await expect(impatient.customers.create()).rejects.toThrow(/timeout/);
    await harness.control('DELETE', 'behaviour');
    expect((await stripe.customers.list()).data).toEqual([]);
    const { requests } = await harness.control<{ requests: object[] }>(
      'GET',
      'requests?path=/v1/customers&method=POST&decidedBy=behaviour',
    );
    expect(requests.at(-1)).toMatchObject({ done: false, answer: { kind: 'hang' } });
  });
});

describe('idempotency', () => {
  it('answers the same again, a decline included, and refuses other parameters', async () => {
    const stripe = harness.sdk();
    const options = { idempotencyKey: 'one' };
    const first = await stripe.customers.create({ name: 'a' }, options);
    const second = await stripe.customers.create({ name: 'a' }, options);
    expect(second.id).toBe(first.id);
    const error = await harness.refusal(stripe.customers.create({ name: 'b' }, options));
    expect(error).toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400 });
    const declined = { ...INTENT, payment_method: 'pm_card_chargeDeclined' };
    const [once, twice] = [
      await harness.refusal(stripe.paymentIntents.create(declined, { idempotencyKey: 'two' })),
      await harness.refusal(stripe.paymentIntents.create(declined, { idempotencyKey: 'two' })),
    ];
    expect(twice.payment_intent?.id).toBe(once.payment_intent?.id);
    expect(twice.headers).toMatchObject({ 'idempotent-replayed': 'true' });
    const invalid = { ...INTENT, amount: 1 };
    await harness.refusal(stripe.paymentIntents.create(invalid, { idempotencyKey: 'three' }));
    expect((await stripe.paymentIntents.create(INTENT, { idempotencyKey: 'three' })).status).toBe('succeeded');
  });
});

describe('an Idempotency-Key', () => {
  it('is in use until the first answer has left', async () => {
    const key = harness.key();
    const stripe = harness.sdk(key);
    const options = { idempotencyKey: 'twice' };
    await misbehave({ route: 'POST /v1/payment_intents', key, latencyMs: 400, times: 1 });
    const first = stripe.paymentIntents.create(INTENT, options);
    await eventually(async () => expect(await intents(stripe)).toBe(1));
    const error = await harness.refusal(stripe.paymentIntents.create(INTENT, options));
    expect(error).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
    const { id } = await first;
    expect((await stripe.paymentIntents.create(INTENT, options)).id).toBe(id);
    expect(await intents(stripe)).toBe(1);
  });

  it('keeps an error of state, and a 500 that sticks, whether or not it was carried out', async () => {
    const key = harness.key();
    const stripe = harness.sdk(key);
    const { id } = await stripe.paymentIntents.create(INTENT);
    await stripe.refunds.create({ payment_intent: id });
    const again = () => harness.refusal(stripe.refunds.create({ payment_intent: id }, { idempotencyKey: 'refund' }));
    expect(await again()).toMatchObject({ code: 'charge_already_refunded' });
    expect((await again()).headers).toMatchObject({ 'idempotent-replayed': 'true' });

    for (const after of [true, false]) {
      const before = await intents(stripe);
      const options = { idempotencyKey: `sticks-${String(after)}` };
      await misbehave({ route: 'POST /v1/payment_intents', key, status: 500, after, sticks: true, times: 1 });
      await harness.refusal(stripe.paymentIntents.create(INTENT, options));
      const kept = await harness.refusal(stripe.paymentIntents.create(INTENT, options));
      expect(kept).toMatchObject({ statusCode: 500, headers: { 'idempotent-replayed': 'true' } });
      expect(await intents(stripe)).toBe(before + (after ? 1 : 0));
    }
  });

  it('is not looked at where something is read or deleted', async () => {
    const stripe = harness.sdk();
    const [one, other] = [await stripe.customers.create(), await stripe.customers.create()];
    const options = { idempotencyKey: 'same' };
    await stripe.customers.del(one.id, {}, options);
    expect(await stripe.customers.del(other.id, {}, options)).toMatchObject({ id: other.id, deleted: true });
    expect(await stripe.customers.list({}, options)).toMatchObject({ data: [] });
  });
});

describe('keys and headers', () => {
  it('takes Bearer and Basic, no live key, and keeps accounts apart', async () => {
    const ask = async (headers: Record<string, string>) => {
      const response = await fetch(`${harness.origin}/v1/customers`, { headers });
      return {
        status: response.status,
        headers: response.headers,
        body: (await response.json()) as { error?: { message: string } },
      };
    };
    const basic = (key: string) => `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
    expect(await ask({})).toMatchObject({ status: 401 });
    expect(await ask({ authorization: 'Bearer sk_live_secret1234' })).toMatchObject({
      status: 401,
      body: { error: { message: 'Invalid API Key provided: sk_live_******1234' } },
    });
    const key = harness.key();
    await harness.sdk(key).customers.create();
    const answered = await ask({ authorization: basic(key), 'stripe-version': '2024-06-20' });
    expect(answered.body).toMatchObject({
      object: 'list',
      url: '/v1/customers',
      has_more: false,
      data: [{ object: 'customer' }],
    });
    expect(answered.headers.get('stripe-version')).toBe('2024-06-20');
    expect(answered.headers.get('request-id')).toMatch(/^req_/);
    expect((await ask({ authorization: basic(harness.key()) })).body).toMatchObject({ data: [] });
    const unknown = await fetch(`${harness.origin}/v1/unicorns`, { headers: { authorization: basic(key) } });
    expect([unknown.status, await unknown.json()]).toEqual([
      404,
      { error: expect.objectContaining({ type: 'invalid_request_error' }) },
    ]);
  });

  it('is not shaken by a client that leaves, or by a body that is none', async () => {
    const key = harness.key();
    await harness.control('PUT', 'behaviour', { latencyMs: 50 });
    const leaving = request(`${harness.origin}/v1/customers`, { headers: { authorization: `Bearer ${key}` } });
    leaving.on('error', () => undefined);
    leaving.end(() => leaving.destroy());
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const garbled = await fetch(`${harness.origin}/v2/core/event_destinations`, {
      method: 'POST',
      headers,
      body: '{"name":',
    });
    expect([garbled.status, await garbled.json()]).toEqual([
      400,
      { error: expect.objectContaining({ type: 'invalid_request_error' }) },
    ]);
    await eventually(async () => expect((await fetch(`${harness.origin}/v1/account`, { headers })).status).toBe(200));
  });
});
