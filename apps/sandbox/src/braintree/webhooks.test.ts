import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@signalbox/testing';
import type braintree from 'braintree';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BraintreeHarness, type Credential } from './braintree.harness.js';

jest.setTimeout(30_000);

let harness: BraintreeHarness;
beforeAll(async () => {
  harness = await BraintreeHarness.start();
});
afterEach(() => harness.control('DELETE', 'delivery-behaviour'));
afterAll(() => harness.stop());

async function sold(gateway: braintree.BraintreeGateway, amount = '10', more: object = {}): Promise<string> {
  const options = { submitForSettlement: true };
  const request = { amount, paymentMethodNonce: 'fake-valid-nonce', options, ...more };
  return (await gateway.transaction.sale(request)).transaction.id;
}

async function merchant(more: object = {}) {
  const credential = await harness.merchant();
  return { credential, gateway: harness.sdk(credential), inbox: await harness.inbox(credential, more) };
}

function forms(path: string): URLSearchParams[] {
  return harness.receiver.postsTo(path).map(({ body }) => new URLSearchParams(body));
}

describe('a webhook', () => {
  it("is signed so that Braintree's own SDK parses it, and nothing else does", async () => {
    const { credential, gateway, inbox } = await merchant();
    const id = await sold(gateway, '10', { orderId: 'Zoë & Söhne ✓' });
    await gateway.testing.settle(id);
    const [told] = await inbox.arrivals(1);
    expect(told).toMatchObject({
      kind: 'transaction_settled',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      transaction: { id, status: 'settled', orderId: 'Zoë & Söhne ✓', amount: '10.00', currencyIsoCode: 'USD' },
    });
    const [form] = forms(inbox.path);
    const [signature, payload] = [String(form?.get('bt_signature')), String(form?.get('bt_payload'))];
    expect(payload).toMatch(/^([A-Za-z0-9+/=]{1,60}\n)+$/);
    const { parse } = gateway.webhookNotification;
    const stranger = harness.sdk({ ...credential, privateKey: 'somebody-else' }).webhookNotification;
    await expect(stranger.parse(signature, payload)).rejects.toMatchObject({ type: 'invalidSignatureError' });
    await expect(
      parse.call(gateway.webhookNotification, signature, payload.replace('\n', '\n\n')),
    ).rejects.toMatchObject({ type: 'invalidSignatureError' });
  });

  it('tells what became of money: settlement, failed refunds, and what is paid out', async () => {
    const { credential, gateway, inbox } = await merchant();
    const { merchantId, merchantAccounts } = credential;
    const [kept, lost] = [await sold(gateway, '10'), await sold(gateway, '20')];
    await harness.control('POST', `transactions/${lost}/become`, { status: 'settlement_declined' });
    await harness.control('POST', 'settle', { merchantId });
    const [good, bad] = [await gateway.transaction.refund(kept, '3'), await gateway.transaction.refund(kept, '2')];
    await harness.control('POST', `transactions/${bad.transaction.id}/become`, { status: 'processor_declined' });
    await harness.control('POST', 'settle', { merchantId });
    const { disbursements } = await harness.control<{ disbursements: object[] }>('POST', 'disburse', { merchantId });
    expect(disbursements).toMatchObject([{ amount: '7.00', transactionIds: [kept, good.transaction.id] }]);
    expect(await harness.control('POST', 'disburse', { merchantId })).toEqual({ disbursements: [] });
    const told = await inbox.arrivals(7);
    const subjects = told.map(({ kind, transaction, disbursement }) => [
      kind,
      ((transaction ?? disbursement) as { id: string }).id,
    ]);
    expect(subjects.toSorted()).toEqual(
      [
        ['transaction_settlement_declined', lost],
        ['transaction_settled', kept],
        ['refund_failed', bad.transaction.id],
        ['transaction_settled', good.transaction.id],
        ['transaction_disbursed', kept],
        ['transaction_disbursed', good.transaction.id],
        ['disbursement', expect.any(String)],
      ].toSorted(),
    );
    expect(told.find(({ kind }) => kind === 'disbursement')).toMatchObject({
      disbursement: {
        amount: '7.00',
        success: true,
        transactionIds: [kept, good.transaction.id],
        merchantAccount: { id: merchantAccounts['usd'], currencyIsoCode: 'USD' },
      },
    });
    const paidOut = await gateway.transaction.find(good.transaction.id);
    expect(paidOut.disbursementDetails).toMatchObject({ settlementAmount: '-3.00', success: true });
    expect((await gateway.transaction.find(lost)).disbursementDetails).toMatchObject({ disbursementDate: null });
  });

  it.each<[string, string]>([
    ['won', '10.00'],
    ['lost', '0.00'],
    ['accepted', '0.00'],
    ['expired', '0.00'],
    ['under_review', '0.00'],
  ])('tells that a dispute is opened, and then %s', async (outcome, amountWon) => {
    const { gateway, inbox } = await merchant();
    const transactionId = await sold(gateway);
    const dispute = await harness.control<{ id: string }>('POST', 'disputes', { transactionId });
    await inbox.arrivals(1);
    await harness.control('POST', `disputes/${dispute.id}/decide`, { outcome });
    expect(await inbox.arrivals(2)).toMatchObject([
      { kind: 'dispute_opened', dispute: { id: dispute.id, status: 'open', transaction: { id: transactionId } } },
      { kind: `dispute_${outcome}`, dispute: { id: dispute.id, status: outcome, amountDisputed: '10.00', amountWon } },
    ]);
    const { disputes } = await gateway.transaction.find(transactionId);
    expect(disputes).toMatchObject([{ id: dispute.id, status: outcome }]);
  });

  it('tells what the merchant does about a dispute', async () => {
    const { credential, gateway, inbox } = await merchant();
    const open = async () =>
      (await harness.control<{ id: string }>('POST', 'disputes', { transactionId: await sold(gateway), amount: '4' }))
        .id;
    const [fought, given] = [await open(), await open()];
    expect(await gateway.dispute.addTextEvidence(fought, { content: 'It was delivered.' })).toMatchObject({
      evidence: { comment: 'It was delivered.' },
    });
    expect(await gateway.dispute.finalize(fought)).toMatchObject({ success: true });
    expect(await gateway.dispute.accept(given)).toMatchObject({ success: true });
    expect(await gateway.dispute.accept(given)).toMatchObject({ success: false });
    expect(await gateway.dispute.find(fought)).toMatchObject({
      dispute: { status: 'disputed', amountDisputed: '4.00', evidence: [{ comment: 'It was delivered.' }] },
    });
    await expect(gateway.dispute.find('nobody')).rejects.toMatchObject({ type: 'notFoundError' });
    const searched: unknown[] = [];
    for await (const dispute of gateway.dispute.search((search) => search.status().is('accepted' as never)))
      searched.push(dispute);
    expect(searched).toMatchObject([{ id: given }]);
    const kinds = (await inbox.arrivals(4)).map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(['dispute_accepted', 'dispute_disputed', 'dispute_opened', 'dispute_opened']);
    expect((await harness.box.control('POST', '/v1/braintree/disputes', { transactionId: 'x' })).status).toBe(404);
    const authorized = await gateway.transaction.sale({ amount: '1', paymentMethodNonce: 'fake-valid-nonce' });
    const nothing = { transactionId: authorized.transaction.id };
    expect((await harness.box.control('POST', '/v1/braintree/disputes', nothing)).status).toBe(409);
    expect(credential.merchantId).not.toBe('');
  });

  it('tells that a customer has taken their PayPal account back', async () => {
    const { gateway, inbox } = await merchant();
    const paymentMethodNonce = 'fake-paypal-billing-agreement-nonce';
    const { customer } = await gateway.customer.create({ paymentMethodNonce });
    const token = String(customer.paymentMethods?.[0]?.token);
    await harness.control('POST', `payment-methods/${token}/revoke`);
    expect(await inbox.arrivals(1)).toMatchObject([
      {
        kind: 'payment_method_revoked_by_customer',
        revokedPaymentMethodMetadata: { token, customerId: customer.id },
      },
    ]);
    await expect(gateway.paymentMethod.find(token)).rejects.toMatchObject({ type: 'notFoundError' });
  });

  it('is sent by hand, of any kind and time, and once more', async () => {
    const { credential, gateway, inbox } = await merchant();
    const { merchantId } = credential;
    await harness.control('POST', `endpoints/${inbox.id}/check`);
    const subjectId = await sold(gateway);
    const timestamp = '2014-03-01T10:00:00Z';
    const old = { merchantId, kind: 'transaction_settled', subjectId, timestamp };
    const { notificationId } = await harness.control<{ notificationId: string }>('POST', 'notifications', old);
    await inbox.arrivals(2);
    expect(await harness.control('POST', `notifications/${notificationId}/resend`)).toEqual({ sent: 1 });
    const told = await inbox.arrivals(3);
    expect(told.find(({ kind }) => kind === 'check')).toBeDefined();
    expect(told.filter((one) => one.timestamp === timestamp)).toHaveLength(2);
    const payloads = forms(inbox.path).map((form) => form.get('bt_payload'));
    expect(new Set(payloads).size).toBe(2);
  });

  it('is signed with every key of the merchant', async () => {
    const { credential, gateway, inbox } = await merchant();
    const next = await harness.control<Credential>('POST', `merchants/${credential.merchantId}/keys`, {});
    await gateway.testing.settle(await sold(gateway));
    await inbox.arrivals(1);
    const [form] = forms(inbox.path);
    const [signature, payload] = [String(form?.get('bt_signature')), String(form?.get('bt_payload'))];
    expect(signature.split('&')).toHaveLength(2);
    for (const key of [credential, { ...credential, ...next }])
      expect((await harness.sdk(key).webhookNotification.parse(signature, payload)).kind).toBe('transaction_settled');
  });
});

describe('deliveries', () => {
  it('are tried again until they are taken, and listed', async () => {
    const { gateway, inbox } = await merchant();
    await harness.control('PUT', 'delivery-behaviour', { retries: { attempts: 4, firstMs: 20, maxMs: 40 } });
    harness.receiver.script(inbox.path, (_post, turn) => ({ status: turn < 3 ? 500 : 200 }));
    const id = await sold(gateway);
    await gateway.testing.settle(id);
    const { deliveries } = await harness.control<{ deliveries: object[] }>(
      'GET',
      `deliveries?endpointId=${inbox.id}&status=200&waitMs=5000`,
    );
    expect(deliveries).toMatchObject([{ kind: 'transaction_settled', subjectId: id, attempt: 3 }]);
    expect(new Set(forms(inbox.path).map((form) => form.get('bt_payload'))).size).toBe(1);
  });

  it('can be lost, come twice and in another order', async () => {
    const { credential, gateway, inbox } = await merchant();
    const { merchantId } = credential;
    const ids: string[] = [];
    for (let made = 0; made < 10; made += 1) ids.push(await sold(gateway, `${made + 1}`));
    await harness.control('PUT', 'behaviour', { seed: 7 });
    await harness.control('PUT', `endpoints/${inbox.id}/behaviour`, { duplicate: 1, reorder: 20 });
    await harness.control('POST', 'settle', { merchantId });
    const order = (await inbox.arrivals(20)).map(({ transaction }) => (transaction as { id: string }).id);
    expect(order.toSorted()).toEqual([...ids, ...ids].toSorted());
    expect(order).not.toEqual(ids.flatMap((id) => [id, id]));
    await harness.control('PUT', `endpoints/${inbox.id}/behaviour`, { drop: 1 });
    await gateway.testing.settle(await sold(gateway));
    await eventually(async () => {
      const path = `deliveries?endpointId=${inbox.id}&ending=dropped`;
      expect((await harness.control<{ deliveries: object[] }>('GET', path)).deliveries).toHaveLength(1);
    });
    expect(await inbox.told()).toHaveLength(20);
    await harness.control('DELETE', `endpoints/${inbox.id}`);
    expect((await harness.box.control('POST', `/v1/braintree/endpoints/${inbox.id}/check`)).status).toBe(404);
  });

  it('go only where a kind is wanted', async () => {
    const { gateway, inbox } = await merchant({ kinds: ['dispute_opened'] });
    const transactionId = await sold(gateway);
    await gateway.testing.settle(transactionId);
    await harness.control('POST', 'disputes', { transactionId });
    expect((await inbox.arrivals(1)).map(({ kind }) => kind)).toEqual(['dispute_opened']);
  });
});

describe('a new endpoint', () => {
  it('is asked first whether it knows the key', async () => {
    const credential = await harness.merchant();
    const { merchantId } = credential;
    const answering = harness.sdk(credential).webhookNotification as unknown as { verify(challenge: string): string };
    const server = createServer((request, response) => {
      const challenge = new URL(request.url ?? '', 'http://here').searchParams.get('bt_challenge');
      response.end(challenge === null ? 'no challenge' : answering.verify(challenge));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks?from=braintree`;
    expect(await harness.control('POST', 'endpoints', { merchantId, url })).toMatchObject({ merchantId, url });
    const deaf = await harness.box.control('POST', '/v1/braintree/endpoints', {
      merchantId,
      url: `${harness.receiver.url}/deaf`,
    });
    expect(deaf).toMatchObject({ status: 409, body: { code: 'challenge_failed' } });
    expect(harness.receiver.posts.some(({ path }) => path.startsWith('/deaf?bt_challenge='))).toBe(true);
    server.close();
    await once(server, 'close');
  });
});
