import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type braintree from 'braintree';
import { BraintreeHarness, type Credential } from './braintree.harness.js';

jest.setTimeout(30_000);

let harness: BraintreeHarness;
let credential: Credential;
beforeAll(async () => {
  harness = await BraintreeHarness.start();
});
afterEach(() => harness.control('DELETE', 'behaviour'));
afterAll(() => harness.stop());

const SALE = { amount: '10', paymentMethodNonce: 'fake-valid-nonce', options: { submitForSettlement: true } };

function misbehave(...faults: object[]): Promise<unknown> {
  return harness.control('PUT', 'behaviour', { faults });
}

async function merchant(): Promise<{ impatient: braintree.BraintreeGateway; sdk: braintree.BraintreeGateway }> {
  credential = await harness.merchant();
  return { impatient: harness.sdk(credential, 1000), sdk: harness.sdk(credential) };
}

/** What Braintree has really made. */
async function made(orderId: string): Promise<object[]> {
  const path = `transactions?merchantId=${credential.merchantId}&orderId=${orderId}`;
  return (await harness.control<{ transactions: object[] }>('GET', path)).transactions;
}

describe('the API', () => {
  it.each<[string, object, string]>([
    ['never answers', { hang: true }, 'unexpectedError'],
    ['breaks the connection', { disconnect: true }, 'unexpectedError'],
    ['answers 500', { status: 500 }, 'serverError'],
    ['answers 503', { status: 503 }, 'serviceUnavailableError'],
    ['answers 504', { status: 504 }, 'gatewayTimeoutError'],
    ['answers 429', { status: 429 }, 'tooManyRequestsError'],
  ])('%s, whether the money was taken or not', async (_name, ending, type) => {
    const { impatient, sdk } = await merchant();
    const asking = 'hang' in ending ? impatient : sdk;
    for (const after of [false, true]) {
      const orderId = `order-${after}`;
      await misbehave({ route: 'POST /transactions', ...ending, after, times: 1 });
      await expect(asking.transaction.sale({ ...SALE, orderId })).rejects.toMatchObject({ type });
      const taken = [{ orderId, status: 'submitted_for_settlement', amount: '10.00' }];
      expect(await made(orderId)).toMatchObject(after ? taken : []);
      expect((await sdk.transaction.sale({ ...SALE, orderId: `${orderId}-next` })).success).toBe(true);
    }
    const { requests } = await harness.control<{ requests: object[] }>(
      'GET',
      `requests?merchantId=${credential.merchantId}&decidedBy=behaviour`,
    );
    expect(requests).toMatchObject([
      { route: 'POST /transactions', orderId: 'order-false', done: false },
      { route: 'POST /transactions', orderId: 'order-true', done: true },
    ]);
    expect(JSON.stringify(requests)).not.toContain(credential.privateKey);
  });

  it('fails a share of one route of one merchant', async () => {
    const { sdk } = await merchant();
    const other = harness.sdk(await harness.merchant());
    await misbehave({ route: 'POST /customers', merchantId: credential.merchantId, status: 503, share: 0.5 });
    const outcomes: boolean[] = [];
    for (let turn = 0; turn < 4; turn += 1)
      outcomes.push(
        await sdk.customer.create({}).then(
          () => true,
          () => false,
        ),
      );
    expect(outcomes).toEqual([true, false, true, false]);
    expect((await other.customer.create({})).success).toBe(true);
    expect(await harness.control('GET', 'behaviour')).toMatchObject({ faults: [{ used: 2 }] });
  });

  it('is slow, or a black hole in which nothing is done', async () => {
    const { impatient, sdk } = await merchant();
    await harness.control('PUT', 'behaviour', { latencyMs: 60 });
    const before = performance.now();
    await sdk.customer.create({});
    expect(performance.now() - before).toBeGreaterThan(55);
    await harness.control('PUT', 'behaviour', { blackhole: true });
    await expect(impatient.transaction.sale({ ...SALE, orderId: 'lost' })).rejects.toMatchObject({
      message: 'Request timed out',
    });
    await harness.control('DELETE', 'behaviour');
    expect(await made('lost')).toEqual([]);
    expect((await sdk.transaction.sale(SALE)).success).toBe(true);
  });

  it('answers in XML, compressed for whoever takes that, and says nothing where there is nothing', async () => {
    await merchant();
    const { merchantId, publicKey, privateKey } = credential;
    const origin = `http://127.0.0.1:${harness.port}/merchants/${merchantId}`;
    const authorization = `Basic ${Buffer.from(`${publicKey}:${privateKey}`).toString('base64')}`;
    const headers = { authorization, 'content-type': 'application/json', 'accept-encoding': 'identity' };
    const post = (path: string, body: string) => fetch(`${origin}${path}`, { method: 'POST', headers, body });
    const created = await post('/customers', '{"customer":{"id":"c1","first_name":"<Ann>"}}');
    expect([created.status, created.headers.get('content-type')]).toEqual([201, 'application/xml; charset=utf-8']);
    expect(await created.text()).toMatch(/^<\?xml.*<first-name>&lt;Ann&gt;<\/first-name><last-name nil="true"\/>/s);
    expect((await post('/customers', '{')).status).toBe(400);
    expect((await post('/unicorns', '{}')).status).toBe(404);
    expect((await fetch(`${origin}/unicorns`)).status).toBe(401);
    const zipped = await fetch(`${origin}/customers/c1`, { headers: { authorization, 'accept-encoding': 'gzip' } });
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    expect(await zipped.text()).toContain('<id>c1</id>');
  });

  it('refuses faults that say nothing or too much', async () => {
    const put = (fault: object) => harness.box.control('PUT', '/v1/braintree/behaviour', { faults: [fault] });
    expect((await put({})).status).toBe(422);
    expect((await put({ hang: true, status: 500 })).status).toBe(422);
    expect((await put({ route: 'PATCH /transactions', hang: true })).status).toBe(422);
    expect((await put({ route: 'GET *', hang: true })).status).toBe(200);
  });
});

describe('a reset', () => {
  it('forgets what one merchant has, or everything but the demo merchant', async () => {
    const { sdk } = await merchant();
    await sdk.transaction.sale({ ...SALE, orderId: 'forgotten' });
    await harness.control('POST', 'reset', { merchantId: credential.merchantId });
    expect(await made('forgotten')).toEqual([]);
    expect((await sdk.transaction.sale(SALE)).success).toBe(true);
    await harness.control('POST', 'reset');
    await expect(sdk.customer.create({})).rejects.toMatchObject({ type: 'authenticationError' });
    const { merchants } = await harness.control<{ merchants: object[] }>('GET', 'merchants');
    expect(merchants).toMatchObject([{ merchantId: 'signalbox_demo' }]);
  });
});
