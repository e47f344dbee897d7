import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type braintree from 'braintree';
import { BraintreeHarness, type Credential } from './braintree.harness.js';

jest.setTimeout(30_000);

let harness: BraintreeHarness;
let credential: Credential;
let gateway: braintree.BraintreeGateway;
beforeAll(async () => {
  harness = await BraintreeHarness.start();
  credential = await harness.merchant();
  gateway = harness.sdk(credential);
});
afterAll(() => harness.stop());

const NOT_FOUND = { type: 'notFoundError' };
interface Answered {
  readonly errors: { deepErrors(): { code: string }[] };
}
const codesOf = ({ errors }: Answered): string[] => errors.deepErrors().map(({ code }) => code);

async function customer(more: braintree.CustomerCreateRequest = {}): Promise<braintree.Customer> {
  return (await gateway.customer.create(more)).customer;
}

async function method(customerId: string, nonce = 'fake-valid-nonce', more: object = {}) {
  const request = { customerId, paymentMethodNonce: nonce, ...more };
  return (await gateway.paymentMethod.create(request)).paymentMethod;
}

describe('a customer', () => {
  it('is made, found, changed and deleted, with the payment methods', async () => {
    const made = await customer({ id: 'user_1', firstName: 'Ada', email: 'ada@example.com' });
    expect(made).toMatchObject({ id: 'user_1', firstName: 'Ada', lastName: null, paymentMethods: [] });
    const { token } = await method('user_1');
    await gateway.customer.update('user_1', { lastName: 'Lovelace', email: '' });
    expect(await gateway.customer.find('user_1')).toMatchObject({
      firstName: 'Ada',
      lastName: 'Lovelace',
      email: null,
      paymentMethods: [{ token, default: true }],
    });
    await gateway.customer.delete('user_1');
    await expect(gateway.customer.find('user_1')).rejects.toMatchObject(NOT_FOUND);
    await expect(gateway.paymentMethod.find(token)).rejects.toMatchObject(NOT_FOUND);
  });

  it('is not made with an id that is taken or none, an address that is none, or a card that is not taken', async () => {
    const { id } = await customer();
    expect(id).toMatch(/^[a-z0-9]{11}$/);
    expect(codesOf(await gateway.customer.create({ id }))).toEqual(['91609']);
    expect(codesOf(await gateway.customer.create({ id: 'a b' }))).toEqual(['91610']);
    expect(codesOf(await gateway.customer.create({ email: 'nobody' }))).toEqual(['81604']);
    const broken = { id: 'never', paymentMethodNonce: 'fake-consumed-nonce' };
    expect(codesOf(await gateway.customer.create(broken))).toEqual(['93107']);
    await expect(gateway.customer.find('never')).rejects.toMatchObject(NOT_FOUND);
    const whole = await customer({ paymentMethodNonce: 'fake-valid-visa-nonce' });
    expect(whole.paymentMethods).toMatchObject([{ cardType: 'Visa', maskedNumber: '401288******1881' }]);
  });
});

describe('a payment method', () => {
  it.each<[string, object]>([
    ['fake-valid-amex-nonce', { cardType: 'American Express', last4: '0005', expirationMonth: '12' }],
    [
      'fake-apple-pay-mastercard-nonce',
      { cardType: 'Apple Pay - MasterCard', paymentInstrumentName: 'MasterCard 4444' },
    ],
    ['fake-google-pay-visa-nonce', { cardType: 'Visa', sourceCardLast4: '1881' }],
    ['fake-paypal-billing-agreement-nonce', { email: 'jane@example.com' }],
  ])('of %s is kept and found as what it is', async (nonce, expected) => {
    const { id } = await customer();
    const kept = await method(id, nonce);
    expect(kept).toMatchObject({ customerId: id, default: true, ...expected });
    expect(await gateway.paymentMethod.find(kept.token)).toEqual(kept);
  });

  it('becomes the default when it is told, and leaves it to another when it goes', async () => {
    const { id } = await customer();
    const [first, second] = [await method(id), await method(id, 'fake-valid-amex-nonce')];
    await gateway.paymentMethod.update(second.token, { options: { makeDefault: true } });
    expect(await gateway.paymentMethod.find(first.token)).toMatchObject({ default: false });
    await gateway.paymentMethod.delete(second.token);
    expect(await gateway.paymentMethod.find(first.token)).toMatchObject({ default: true });
    await expect(gateway.paymentMethod.delete(second.token)).rejects.toMatchObject(NOT_FOUND);
  });

  it.each<[string, object, string]>([
    ['nobody knows the customer', { customerId: 'nobody' }, '93105'],
    ['nobody is named', { customerId: '' }, '93104'],
    ['there is no nonce', { paymentMethodNonce: '' }, '93103'],
    ['the nonce was used', { paymentMethodNonce: 'fake-consumed-nonce' }, '93107'],
    ['nobody knows the nonce', { paymentMethodNonce: 'nobody-knows-it' }, '93108'],
    ['it was meant for one time', { paymentMethodNonce: 'fake-paypal-one-time-nonce' }, '82902'],
    [
      'the customer has it already and that matters',
      { options: { failOnDuplicatePaymentMethodForCustomer: true } },
      '81763',
    ],
  ])('is refused when %s', async (_why, change, code) => {
    const { id } = await customer({ paymentMethodNonce: 'fake-valid-nonce' });
    const request = { customerId: id, paymentMethodNonce: 'fake-valid-nonce', ...change };
    expect(codesOf(await gateway.paymentMethod.create(request))).toEqual([code]);
  });

  it('is asked about at the bank when that is wanted', async () => {
    const { id } = await customer();
    const request = { customerId: id, paymentMethodNonce: 'fake-processor-declined-visa-nonce' };
    expect(await gateway.paymentMethod.create({ ...request, options: { verifyCard: true } })).toMatchObject({
      success: false,
      message: 'Do Not Honor',
      verification: { status: 'processor_declined', processorResponseCode: '2000' },
    });
    expect((await gateway.paymentMethod.create(request)).success).toBe(true);
  });

  it('pays by its token, and is kept by a sale only when that is wanted and succeeds', async () => {
    const { id } = await customer();
    const sell = (amount: string, options: object) =>
      gateway.transaction.sale({ amount, customerId: id, paymentMethodNonce: 'fake-valid-visa-nonce', options });
    await sell('10', {});
    await sell('2000', { storeInVaultOnSuccess: true });
    expect((await gateway.customer.find(id)).paymentMethods).toEqual([]);
    const { transaction } = await sell('10', { storeInVaultOnSuccess: true });
    const token = String(transaction.creditCard?.token);
    expect((await gateway.customer.find(id)).paymentMethods).toMatchObject([{ token }]);
    const byToken = await gateway.transaction.sale({ amount: '3', paymentMethodToken: token });
    const byDefault = await gateway.transaction.sale({ amount: '3', customerId: id });
    for (const sale of [byToken, byDefault])
      expect(sale.transaction).toMatchObject({ creditCard: { token }, customer: { id } });
  });
});

describe('a nonce', () => {
  it('is good for one use, and not used up by a request that is refused', async () => {
    const { merchantId } = credential;
    const { nonce } = await harness.control<{ nonce: string }>('POST', 'nonces', {
      merchantId,
      cardType: 'MasterCard',
    });
    const sell = (amount: string) => gateway.transaction.sale({ amount, paymentMethodNonce: nonce });
    expect(codesOf(await sell('nothing'))).toEqual(['81503']);
    expect(await gateway.paymentMethodNonce.find(nonce)).toMatchObject({
      consumed: false,
      type: 'CreditCard',
      details: { cardType: 'MasterCard', lastFour: '4444' },
    });
    expect((await sell('2000')).transaction).toMatchObject({ status: 'processor_declined' });
    expect(codesOf(await sell('10'))).toEqual(['91564']);
    expect(await gateway.paymentMethodNonce.find(nonce)).toMatchObject({ consumed: true });
    await expect(gateway.paymentMethodNonce.find('nobody-knows-it')).rejects.toMatchObject(NOT_FOUND);
  });

  it('is made of a kept method and pays with it', async () => {
    const { id } = await customer();
    const { token } = await method(id);
    const { paymentMethodNonce } = await gateway.paymentMethodNonce.create(token);
    const { transaction } = await gateway.transaction.sale({
      amount: '10',
      paymentMethodNonce: paymentMethodNonce.nonce,
    });
    expect(transaction).toMatchObject({ creditCard: { token }, customer: { id } });
  });
});

describe('a client token', () => {
  it('tells an app where the merchant is, and for whom it acts', async () => {
    const { id } = await customer();
    const { clientToken, success } = await gateway.clientToken.generate({ customerId: id });
    expect(success).toBe(true);
    const read = JSON.parse(Buffer.from(clientToken, 'base64').toString()) as Record<string, unknown>;
    const { merchantId, merchantAccounts } = credential;
    expect(read).toMatchObject({
      version: 2,
      merchantId,
      merchantAccountId: merchantAccounts['usd'],
      environment: 'sandbox',
      clientApiUrl: `http://127.0.0.1:${harness.port}/merchants/${merchantId}/client_api`,
      hasCustomer: true,
      authorizationFingerprint: expect.stringMatching(new RegExp(`^[\\w-]+\\.[\\w-]+\\.[\\w-]+\\?customer_id=${id}$`)),
    });
    expect(codesOf(await gateway.clientToken.generate({ customerId: 'nobody' }))).toEqual(['92804']);
    expect(codesOf(await gateway.clientToken.generate({ merchantAccountId: 'nobody' }))).toEqual(['92807']);
  });
});

describe('a key', () => {
  it('opens one merchant and no other', async () => {
    const other = await harness.merchant();
    const wrong = harness.sdk({ ...credential, privateKey: 'guessed' });
    const elsewhere = harness.sdk({ ...credential, merchantId: other.merchantId });
    await expect(wrong.customer.create({})).rejects.toMatchObject({ type: 'authenticationError' });
    await expect(elsewhere.customer.create({})).rejects.toMatchObject({ type: 'authorizationError' });
    const { id } = await customer();
    await expect(harness.sdk(other).customer.find(id)).rejects.toMatchObject(NOT_FOUND);
    const demo = harness.sdk(await harness.control<Credential>('GET', 'credential'));
    expect((await demo.customer.create({})).success).toBe(true);
  });

  it('is rotated: both are good until the old one goes', async () => {
    const merchant = await harness.merchant();
    const path = `merchants/${merchant.merchantId}/keys`;
    const next = await harness.control<Credential>('POST', path, {});
    const [old, fresh] = [harness.sdk(merchant), harness.sdk({ ...merchant, ...next })];
    for (const sdk of [old, fresh]) expect((await sdk.customer.create({})).success).toBe(true);
    await harness.control('DELETE', `${path}/${merchant.publicKey}`);
    await expect(old.customer.create({})).rejects.toMatchObject({ type: 'authenticationError' });
    expect((await fresh.customer.create({})).success).toBe(true);
    await expect(harness.control('DELETE', `${path}/${next.publicKey}`)).rejects.toThrow(/409/);
  });
});
