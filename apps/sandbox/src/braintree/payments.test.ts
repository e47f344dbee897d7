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

const CARD = { paymentMethodNonce: 'fake-valid-nonce' };
const TAKEN = { options: { submitForSettlement: true } };

async function sold(amount: string, more: object = TAKEN): Promise<braintree.Transaction> {
  const { success, transaction, message } = await gateway.transaction.sale({ amount, ...CARD, ...more });
  if (!success) throw new Error(message);
  return transaction;
}

async function settled(amount: string): Promise<braintree.Transaction> {
  const { id } = await sold(amount);
  await gateway.testing.settle(id);
  return gateway.transaction.find(id);
}

interface Answered {
  readonly success: boolean;
  readonly errors: { deepErrors(): { code: string; attribute: string; message: string }[] };
}
const codesOf = ({ errors }: Answered): string[] => errors.deepErrors().map(({ code }) => code);

async function found(build: braintree.TransactionSearchFn): Promise<braintree.Transaction[]> {
  const transactions: braintree.Transaction[] = [];
  for await (const transaction of gateway.transaction.search(build)) transactions.push(transaction);
  return transactions;
}

describe('a sale through the SDK', () => {
  it.each<[string, string, object]>([
    ['10.00', 'fake-valid-nonce', { status: 'authorized', processorResponseCode: '1000', amount: '10.00' }],
    ['1999.99', 'fake-valid-mastercard-nonce', { status: 'authorized', creditCard: { cardType: 'MasterCard' } }],
    ['3001.00', 'fake-valid-no-billing-address-nonce', { status: 'authorized' }],
    ['5002', 'fake-processor-declined-visa-nonce', { status: 'authorized', amount: '5002.00' }],
    ['12', 'fake-apple-pay-amex-nonce', { applePayCard: { cardType: 'Apple Pay - American Express' } }],
    ['12', 'fake-android-pay-visa-nonce', { androidPayCard: { cardType: 'Visa', last4: '1881' } }],
    ['12', 'fake-paypal-one-time-nonce', { paypalAccount: { payerEmail: 'jane@example.com' } }],
  ])('of %s with %s is authorized', async (amount, paymentMethodNonce, expected) => {
    const { success, transaction } = await gateway.transaction.sale({ amount, paymentMethodNonce });
    expect(success).toBe(true);
    expect(transaction).toMatchObject(expected);
    expect(await gateway.transaction.find(transaction.id)).toMatchObject(expected);
  });

  it.each<[string, string, string, object]>([
    ['2000.00', 'fake-valid-nonce', 'Do Not Honor', { status: 'processor_declined', processorResponseCode: '2000' }],
    [
      '2001.50',
      'fake-valid-nonce',
      'Insufficient Funds',
      { processorResponseCode: '2001', processorResponseType: 'soft_declined' },
    ],
    [
      '2004.00',
      'fake-valid-visa-nonce',
      'Expired Card',
      { processorResponseCode: '2004', processorResponseType: 'hard_declined' },
    ],
    ['2999.99', 'fake-valid-nonce', 'Processor Declined', { processorResponseCode: '2999' }],
    ['3000.00', 'fake-valid-nonce', 'Processor Network Unavailable - Try Again', { status: 'failed' }],
    [
      '5001.00',
      'fake-valid-nonce',
      'Gateway Rejected: application_incomplete',
      { status: 'gateway_rejected', gatewayRejectionReason: 'application_incomplete' },
    ],
    ['5', 'fake-gateway-rejected-fraud-nonce', 'Gateway Rejected: fraud', { gatewayRejectionReason: 'fraud' }],
    ['5001.01', 'fake-paypal-one-time-nonce', 'Processor Declined', { processorResponseCode: '2038' }],
  ])('of %s with %s is not: %s', async (amount, paymentMethodNonce, message, expected) => {
    const answer = await gateway.transaction.sale({ amount, paymentMethodNonce, ...TAKEN });
    expect(answer).toMatchObject({ success: false, message, transaction: expected });
    expect(codesOf(answer)).toEqual([]);
    expect(await gateway.transaction.find(answer.transaction.id)).toMatchObject(expected);
  });

  it.each<[string, object, string]>([
    ['an amount is missing', { amount: undefined }, '81502'],
    ['it is no amount', { amount: 'ten' }, '81503'],
    ['it has three decimals', { amount: '10.001' }, '81503'],
    ['it is negative', { amount: '-1' }, '81501'],
    ['it is nothing', { amount: '0.00' }, '81531'],
    ['it is more than there is', { amount: '999999999999' }, '81528'],
    ['nothing pays', { paymentMethodNonce: undefined }, '91508'],
    ['the nonce was used', { paymentMethodNonce: 'fake-consumed-nonce' }, '91564'],
    ['nobody knows the nonce', { paymentMethodNonce: 'nobody-knows-it' }, '91565'],
    ['nobody knows the token', { paymentMethodNonce: undefined, paymentMethodToken: 'nobody' }, '91518'],
    ['there is a nonce and a token', { paymentMethodToken: 'token' }, '91515'],
    ['nobody knows the customer', { customerId: 'nobody' }, '91510'],
    ['nobody knows the merchant account', { merchantAccountId: 'nobody' }, '91513'],
    ['the order is too long', { orderId: 'x'.repeat(256) }, '91501'],
    ['the card number is wrong', { paymentMethodNonce: 'fake-luhn-invalid-nonce' }, '81715'],
    ['a card number is sent', { creditCard: { number: '4111111111111111' } }, '81750'],
  ])('is refused when %s', async (_why, change, code) => {
    const orderId = `refused-${code}`;
    const request = { amount: '10', orderId, ...CARD, ...change } as braintree.TransactionRequest;
    const answer = await gateway.transaction.sale(request);
    expect(answer.success).toBe(false);
    expect(codesOf(answer)).toEqual([code]);
    expect(answer.errors.deepErrors()[0]?.message).toMatch(/.+\.$/);
    expect(await found((search) => search.orderId().is(orderId))).toEqual([]);
  });

  it('carries what it was given, in the currency of its merchant account', async () => {
    const { merchantAccounts } = credential;
    const given = {
      amount: '12.34',
      orderId: 'order <1> & "more" ✓',
      merchantAccountId: String(merchantAccounts['eur']),
      channel: 'app',
      deviceData: '{"correlation_id":"1"}',
      customFields: { signalbox_payment_id: 'pay_1' },
      customer: { firstName: 'Zoë', email: 'zoe@example.com' },
      lineItems: [{ kind: 'debit', name: 'Tea', quantity: '2', totalAmount: '12.34', unitAmount: '6.17' }],
    } as const;
    const transaction = await sold('12.34', { ...given, ...TAKEN });
    expect(transaction).toMatchObject({
      orderId: given.orderId,
      currencyIsoCode: 'EUR',
      merchantAccountId: given.merchantAccountId,
      customFields: { signalboxPaymentId: 'pay_1' },
      customer: { firstName: 'Zoë', lastName: null },
      status: 'submitted_for_settlement',
      statusHistory: [
        { status: 'authorized', amount: '12.34' },
        { status: 'submitted_for_settlement', amount: '12.34' },
      ],
      disputes: [],
      refundIds: [],
    });
    expect(transaction.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(await gateway.transactionLineItem.findAll(transaction.id)).toMatchObject([{ name: 'Tea', quantity: '2' }]);
  });

  it('knows currencies without a smaller unit', async () => {
    const { merchantId } = await harness.merchant({ merchantId: 'tokyo', merchantAccounts: { jpy: 'yen' } });
    expect(merchantId).toBe('tokyo');
    const tokyo = harness.sdk(await harness.control<Credential>('GET', 'credential?merchantId=tokyo'));
    const sale = await tokyo.transaction.sale({ amount: '1000', ...CARD });
    expect(sale.transaction).toMatchObject({ amount: '1000', currencyIsoCode: 'JPY' });
    expect(codesOf(await tokyo.transaction.sale({ amount: '10.50', ...CARD }))).toEqual(['81503']);
  });

  it('like one of just now is a duplicate where the merchant wants that looked at', async () => {
    const careful = harness.sdk(await harness.merchant({ duplicateCheckSeconds: 30 }));
    const sell = (orderId: string) => careful.transaction.sale({ amount: '10', orderId, ...CARD });
    const first = await sell('one');
    expect([first.success, (await sell('two')).success]).toEqual([true, true]);
    expect(await sell('one')).toMatchObject({
      success: false,
      transaction: { status: 'gateway_rejected', gatewayRejectionReason: 'duplicate' },
    });
  });

  it('under an apiRequestKey is made once, and told as it is now', async () => {
    const merchant = await harness.merchant({ apiRequestKeys: true });
    const keyed = harness.sdk(merchant);
    const sell = (amount: string, apiRequestKey: string) =>
      keyed.transaction.sale({ amount, apiRequestKey, ...CARD, ...TAKEN } as braintree.TransactionRequest);
    const first = await sell('10', 'key-1');
    await keyed.testing.settle(first.transaction.id);
    expect(await sell('10', 'key-1')).toMatchObject({
      success: true,
      transaction: { id: first.transaction.id, status: 'settled' },
    });
    expect(codesOf(await sell('11', 'key-1'))).toEqual(['915232']);
    const declined = await sell('2000', 'key-2');
    expect(await sell('2000', 'key-2')).toMatchObject({
      success: false,
      transaction: { id: declined.transaction.id },
    });
    expect(codesOf(await sell('0', 'key-3'))).toEqual(['81531']);
    expect(codesOf(await sell('0', 'key-3'))).toEqual(['915234']);
    const { transactions } = await harness.control<{ transactions: object[] }>(
      'GET',
      `transactions?merchantId=${merchant.merchantId}`,
    );
    expect(transactions).toHaveLength(2);
    const request = { amount: '10', apiRequestKey: 'key', ...CARD } as braintree.TransactionRequest;
    expect(codesOf(await gateway.transaction.sale(request))).toEqual(['915231']);
  });
});

describe('an authorization', () => {
  it('is taken whole or in part, once, and never more than was authorized', async () => {
    const { id } = await sold('10', {});
    expect(codesOf(await gateway.transaction.submitForSettlement(id, '10.01'))).toEqual(['91522']);
    const part = await gateway.transaction.submitForSettlement(id, '4');
    expect(part.transaction).toMatchObject({ status: 'submitted_for_settlement', amount: '4.00' });
    expect(codesOf(await gateway.transaction.submitForSettlement(id))).toEqual(['91507']);
    const whole = await gateway.transaction.submitForSettlement((await sold('7', {})).id);
    expect(whole.transaction).toMatchObject({ status: 'submitted_for_settlement', amount: '7.00' });
  });

  it('is taken in parts that are transactions of their own', async () => {
    const { id } = await sold('10', { orderId: 'parts' });
    const first = await gateway.transaction.submitForPartialSettlement(id, '6');
    expect(first.transaction).toMatchObject({ amount: '6.00', authorizedTransactionId: id, orderId: 'parts' });
    expect(codesOf(await gateway.transaction.submitForPartialSettlement(id, '5'))).toEqual(['91522']);
    const second = await gateway.transaction.submitForPartialSettlement(id, '4');
    expect(await gateway.transaction.find(id)).toMatchObject({
      status: 'authorized',
      partialSettlementTransactionIds: [first.transaction.id, second.transaction.id],
    });
  });

  it('is voided until it is settled, and not twice', async () => {
    const { id } = await sold('10', {});
    expect((await gateway.transaction.void(id)).transaction).toMatchObject({ status: 'voided' });
    expect(codesOf(await gateway.transaction.void(id))).toEqual(['91504']);
    expect((await gateway.transaction.void((await sold('10')).id)).success).toBe(true);
    expect(codesOf(await gateway.transaction.void((await settled('10')).id))).toEqual(['91504']);
    await expect(gateway.transaction.void('nobody')).rejects.toMatchObject({ type: 'notFoundError' });
  });
});

describe('settlement', () => {
  it('comes to an end through the testing gateway', async () => {
    const [settling, pending, lost] = [await sold('10'), await sold('11'), await sold('12')];
    await gateway.testing.settle(settling.id);
    await gateway.testing.settlementPending(pending.id);
    await gateway.testing.settlementConfirm(pending.id);
    await gateway.testing.settlementDecline(lost.id);
    expect(await gateway.transaction.find(settling.id)).toMatchObject({ status: 'settled' });
    expect(await gateway.transaction.find(pending.id)).toMatchObject({ status: 'settlement_confirmed' });
    expect(await gateway.transaction.find(lost.id)).toMatchObject({
      status: 'settlement_declined',
      processorSettlementResponseCode: '4001',
    });
    const refused: unknown = await gateway.testing.settle((await sold('10', {})).id);
    expect(refused).toMatchObject({
      apiErrorResponse: { errors: { transaction: { errors: [{ code: '91575', attribute: 'base' }] } } },
    });
  });

  it('goes by the amount for PayPal', async () => {
    const paypal = { paymentMethodNonce: 'fake-paypal-one-time-nonce', ...TAKEN };
    const [declined, pending] = [await sold('4001', paypal), await sold('4002', paypal)];
    for (const { id } of [declined, pending]) await gateway.testing.settle(id);
    expect(await gateway.transaction.find(declined.id)).toMatchObject({ status: 'settlement_declined' });
    expect(await gateway.transaction.find(pending.id)).toMatchObject({ status: 'settlement_pending' });
    expect((await settled('4001')).status).toBe('settled');
  });
});

describe('a refund', () => {
  it('needs a sale that is settled, and gives back no more than there was, in parts', async () => {
    expect(codesOf(await gateway.transaction.refund((await sold('10')).id))).toEqual(['91506']);
    const { id } = await settled('10');
    expect(codesOf(await gateway.transaction.refund(id, '10.01'))).toEqual(['91521']);
    const first = await gateway.transaction.refund(id, { amount: '4', orderId: 'refund-1' } as never);
    expect(first.transaction).toMatchObject({
      type: 'credit',
      amount: '4.00',
      status: 'submitted_for_settlement',
      refundedTransactionId: id,
      orderId: 'refund-1',
    });
    const rest = await gateway.transaction.refund(id);
    expect(rest.transaction).toMatchObject({ amount: '6.00' });
    expect(codesOf(await gateway.transaction.refund(id))).toEqual(['91512']);
    expect(codesOf(await gateway.transaction.refund(rest.transaction.id))).toEqual(['91505']);
    expect(await gateway.transaction.find(id)).toMatchObject({
      refundIds: [first.transaction.id, rest.transaction.id],
    });
  });

  it('that is voided, or that a bank sends back, can be made again', async () => {
    const { id } = await settled('10');
    const voided = await gateway.transaction.refund(id);
    await gateway.transaction.void(voided.transaction.id);
    const failed = await gateway.transaction.refund(id);
    await harness.control('POST', `transactions/${failed.transaction.id}/become`, { status: 'processor_declined' });
    expect((await gateway.transaction.refund(id)).transaction).toMatchObject({ amount: '10.00' });
    expect((await gateway.transaction.find(id)).refundIds).toHaveLength(3);
  });
});

describe('a search', () => {
  it('finds by order, status, time and amount, over pages, newest first', async () => {
    const merchant = await harness.merchant();
    gateway = harness.sdk(merchant);
    const before = new Date(Date.now() - 60_000);
    const ids: string[] = [];
    for (let made = 0; made < 53; made += 1) ids.push((await sold(`${made + 1}.00`, made % 2 === 0 ? TAKEN : {})).id);
    const { id } = await sold('5', { orderId: 'order-1' });
    expect((await found((search) => search.orderId().is('order-1'))).map((one) => one.id)).toEqual([id]);
    expect(await found((search) => search.orderId().is('order-2'))).toEqual([]);
    expect((await found((search) => search.id().is(id)))[0]).toMatchObject({ amount: '5.00', orderId: 'order-1' });
    const all = await found((search) => search.createdAt().min(before));
    expect(all.map((one) => one.id)).toEqual([...ids, id].toReversed());
    expect(await found((search) => search.createdAt().max(before))).toEqual([]);
    expect(await found((search) => search.status().is('submitted_for_settlement'))).toHaveLength(27);
    expect(await found((search) => search.amount().between('2.00', '4'))).toHaveLength(3);
    expect(await found((search) => search.settledAt().max(new Date()))).toEqual([]);
    expect(await found((search) => search.ids().in([id, 'nobody']))).toHaveLength(1);
    await expect(found((search) => search.billingCompany().is('Tea Ltd'))).rejects.toMatchObject({
      type: 'unexpectedError',
    });
  });

  it('finds what was made only a while later when the index lags behind', async () => {
    const [orderId, transaction] = ['lagging', await sold('3', { orderId: 'lagging' })];
    await harness.control('PUT', 'behaviour', { searchLagMs: 600_000 });
    expect(await found((search) => search.orderId().is(orderId))).toEqual([]);
    expect((await gateway.transaction.find(transaction.id)).orderId).toBe(orderId);
    await harness.control('DELETE', 'behaviour');
    expect(await found((search) => search.orderId().is(orderId))).toHaveLength(1);
  });
});
