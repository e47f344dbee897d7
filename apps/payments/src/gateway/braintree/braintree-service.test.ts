import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { formatId, newUuid } from '@signalbox/contracts';
import { eventually } from '@signalbox/testing';
import type { Role } from '../../config.js';
import { usePayments, type Answer, type TestApp } from '../../payments.harness.js';
import { useBraintreeSandbox } from './braintree-sandbox.harness.js';

jest.setTimeout(60_000);
const sandbox = useBraintreeSandbox();
const service = usePayments(
  { name: 'postgres' },
  { MASTER_KEY: sandbox.masterKey, PAYMENTS_ROLES: new Set<Role>(['edge', 'api', 'work']) },
);

describe('an app that is paid through Braintree', () => {
  let app: TestApp;
  const post = (path: string, body: object): Promise<Answer> =>
    app.call('POST', path, body, { 'idempotency-key': newUuid() });
  const facts = async (): Promise<string[]> =>
    (
      await service.sql<{ type: string }>(
        `SELECT type FROM event_log WHERE app_id = $1 AND subject NOT LIKE 'app_%' ORDER BY id`,
        [app.id],
      )
    ).map(({ type }) => type);
  const told = (...types: string[]): Promise<void> =>
    eventually(async () => expect((await facts()).slice(-types.length)).toEqual(types), { within: 20_000 });

  async function opened(amount = 1_050): Promise<string> {
    const sheet = await post('/v1/payment-sheets', { orderId: newUuid(), amount, currency: 'usd', userId: 'ada' });
    expect([sheet.status, sheet.body]).toMatchObject([
      201,
      { gateway: 'braintree', status: 'requires_payment_method', clientToken: expect.any(String) },
    ]);
    return sheet.body.paymentId;
  }

  async function paid(amount?: number): Promise<string> {
    const payment = await opened(amount);
    const body = { paymentMethodNonce: await sandbox.nonce(app.id) };
    const confirmed = await post(`/v1/payments/${payment}/confirm`, body);
    expect([confirmed.status, confirmed.body]).toMatchObject([200, { payment: { status: 'succeeded' } }]);
    return payment;
  }

  beforeAll(async () => {
    app = await service.makeApp();
    const { credential } = await sandbox.makeApp(service.database(), {}, app.id);
    const { merchantId } = sandbox.keysOf(app.id);
    const url = `${service.url()}/webhooks/braintree/${formatId('credential', credential)}`;
    // Asks with bt_challenge whether the address is ours.
    await sandbox.control('POST', '/v1/braintree/endpoints', { merchantId, url });
    const settings = { merchantDisplayName: 'Shop', merchantCountryCode: 'US' };
    expect((await app.call('PUT', '/v1/payment-settings', settings)).status).toBe(200);
  });

  it('shows a sheet, charges what the phone made of the card, and tells of it', async () => {
    await paid();
    await told('payment.succeeded');
  });

  it('gives a payment back before it settles', async () => {
    const payment = await paid();
    await told('payment.succeeded');
    const refund = await post(`/v1/payments/${payment}/refunds`, {});
    expect([refund.status, refund.body]).toMatchObject([201, { refund: { status: 'succeeded' } }]);
    await told('refund.created', 'refund.succeeded', 'payment.refunded');
  });

  it('is told that the bank declines, and why; the next card pays', async () => {
    const payment = await opened(200_100);
    const declined = await post(`/v1/payments/${payment}/confirm`, { paymentMethodNonce: await sandbox.nonce(app.id) });
    expect([declined.status, declined.body]).toMatchObject([402, { code: expect.stringContaining('declined') }]);
    await told('payment.failed');
  });

  it('shows no sheet of a payment that was cancelled before it was charged, whoever repeats the request for it', async () => {
    const order = { orderId: newUuid(), amount: 1_050, currency: 'usd', userId: 'ada' };
    const show = (key: string): Promise<Answer> =>
      app.call('POST', '/v1/payment-sheets', order, { 'idempotency-key': key });
    const [first, second] = [newUuid(), newUuid()];
    const { paymentId } = (await show(first)).body;
    const canceled = await post(`/v1/payments/${paymentId}/cancel`, {});
    expect([canceled.status, canceled.body]).toMatchObject([200, { payment: { status: 'canceled' } }]);
    const over = [409, { code: 'payment_over' }];
    const again = await show(first);
    expect([again.status, again.body]).toMatchObject(over);

    const next = await show(second);
    expect([next.status, next.body.paymentId === paymentId]).toEqual([201, false]);
    const repeated = await show(second);
    expect([repeated.status, repeated.body]).toMatchObject([200, { paymentId: next.body.paymentId }]);
    const late = await show(first);
    expect([late.status, late.body]).toMatchObject(over);
  });

  it('hears from Braintree’s webhooks of what happens there, each thing once', async () => {
    await paid(4_200);
    await told('payment.succeeded');
    await sandbox.settleAll(app.id);
    const sale = (await sandbox.transactions(app.id)).find(({ amount }) => amount === '42.00');
    await sandbox.control('POST', '/v1/braintree/disputes', { transactionId: sale!.id });
    await told('payment.succeeded', 'dispute.opened', 'dispute.funds_withdrawn');
    await eventually(
      async () => {
        const decided = await service.sql<{ kind: string }>(
          `SELECT e.kind FROM braintree_event e JOIN braintree_decision d ON d.event = e.id
           WHERE e.app_id = $1 AND e.subject_id IN ($2, (SELECT subject_id FROM braintree_event WHERE kind = 'dispute_opened'))
           ORDER BY e.kind`,
          [app.id, sale!.id],
        );
        expect(decided.map(({ kind }) => kind)).toEqual(['dispute_opened', 'transaction_settled']);
      },
      { within: 20_000 },
    );
  });
});
