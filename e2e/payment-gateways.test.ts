import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { paymentSheet } from '@signalbox/contracts';
import { usePostgres } from '@signalbox/testing';
import { arm } from './arm.js';
import { type Answer, type Stack, startStack } from './stack.js';
import { openTill, type Till } from './till.js';

const OPEN = { route: 'POST /v1/payment_intents', times: 1 };

/** A shop with keys of Stripe and of Braintree: who takes an order, and that it is paid once. */
describe('orders that either of two gateways can take', () => {
  let stack: Stack;
  let till: Till;
  let merchantId: string;
  const children = new Set<ChildProcess>();
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await till.shop.payments.stop();
    await stack.stop();
  }, 30_000);
  const postgres = usePostgres();
  const braintree = async (method: string, path: string, body?: object): Promise<Answer['body']> => {
    const answer = await stack.call(method, `${stack.urls.control}/v1/braintree/${path}`, { ...(body && { body }) });
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
    return answer.body;
  };

  beforeAll(async () => {
    stack = await startStack({ databaseUrl: postgres.url() });
    till = await openTill(stack);
    const keys = await braintree('GET', 'credential');
    merchantId = keys.merchantId;
    const path = `${stack.urls.auth}/v1/apps/${stack.app.id}/credentials/braintree`;
    expect((await stack.call('PUT', path, { key: stack.env['OPERATOR_TOKEN']!, body: keys })).status).toBeLessThan(300);
  }, 60_000);

  const show = (wanted: object) => till.backend('POST', '/v1/payment-sheets', wanted, randomUUID());
  const nonce = async (): Promise<string> => (await braintree('POST', 'nonces', { merchantId })).nonce;
  /** Sales that took or hold money. */
  const sales = async (): Promise<number> => {
    const { transactions } = await braintree('GET', `transactions?merchantId=${merchantId}`);
    const taken = ['authorized', 'submitted_for_settlement', 'settling', 'settled'];
    return transactions.filter(
      (each: { type: string; status: string }) => each.type === 'sale' && taken.includes(each.status),
    ).length;
  };
  const received = async (orderId: string): Promise<number> =>
    (await till.intentsOf(orderId)).reduce((sum, intent) => sum + intent.amount_received, 0);

  it('go to the next one while the first refuses or says nothing, as long as no sheet was shown', async () => {
    const before = await sales();
    for (const fault of [{ status: 500, after: true }, { status: 429 }, { status: 400, code: 'parameter_invalid' }]) {
      await till.shop.control('PUT', 'behaviour', { faults: [{ ...OPEN, ...fault }] });
      const wanted = till.order();
      const { status, body } = await show(wanted);
      expect([status, body.gateway, body.amountDecimal]).toEqual([201, 'braintree', '12.99']);
      expect(paymentSheet.parse(body)).toEqual(body);
      const paid = await till.insist(`/v1/payments/${body.paymentId}/confirm`, { paymentMethodNonce: await nonce() });
      expect([paid.status, paid.body.payment.status]).toEqual([200, 'succeeded']);
      // Stripe is back: the order is paid all the same.
      expect((await show(wanted)).body.code).toBe('order_paid');
      expect(await received(wanted.orderId)).toBe(0);
    }
    expect(await sales()).toBe(before + 3);
    await till.shop.control('DELETE', 'behaviour');
  });

  it('stay where their sheet was shown, whatever becomes of that gateway, until they are cancelled there', async () => {
    const wanted = till.order();
    const shown = await show(wanted);
    expect(shown.body.gateway).toBe('stripe');
    await till.shop.control('PUT', 'behaviour', {
      faults: [{ route: 'GET /v1/payment_intents/:id', times: 1, status: 503 }],
    });
    expect((await show(wanted)).body.code).toBe('gateway_unavailable');
    await till.shop.control('DELETE', 'behaviour');
    await till.insist(`/v1/payments/${shown.body.paymentId}/cancel`, {});
    const routing = [{ gateway: 'braintree' }];
    const settings = { merchantDisplayName: 'Shop', merchantCountryCode: 'DE' };
    await till.backend('PUT', '/v1/payment-settings', { ...settings, routing });
    expect((await show(wanted)).body.gateway).toBe('braintree');
    await till.backend('PUT', '/v1/payment-settings', settings);
  });

  it.each(['order.call:after', 'order.end:before', 'order.end:after'])(
    'a Braintree sale whose process dies, %s, happens once and is told',
    async (at) => {
      const before = await sales();
      await till.shop.control('PUT', 'behaviour', { faults: [{ ...OPEN, status: 429 }] });
      const { body } = await show(till.order());
      await till.shop.control('DELETE', 'behaviour');
      const { child, url, ended } = await arm('payments', { ...till.shop.env, PAYMENTS_ROLES: 'api' }, at);
      children.add(child);
      const [path, key] = [`/v1/payments/${body.paymentId}/confirm`, randomUUID()];
      const asked = { paymentMethodNonce: await nonce() };
      await expect(till.backend('POST', path, asked, key, url)).rejects.toThrow();
      expect(await ended()).toBe('SIGKILL');
      await postgres.database().query('UPDATE payment_operation SET settle_at = now() WHERE settle_at > now()');
      const answer = await till.insist(path, asked, key);
      expect([answer.status, answer.body.payment.status]).toEqual([200, 'succeeded']);
      expect(await sales()).toBe(before + 1);
    },
    60_000,
  );
});
