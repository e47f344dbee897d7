import { createHash, createHmac, randomUUID } from 'node:crypto';
import { freePort } from '@signalbox/embedded-postgres';
import { type RunningProcess, startProcess } from '@signalbox/testing';
import type { Stack } from './stack.js';

/** A shop that is paid through the sandbox's Braintree. */
export interface BraintreeShop {
  readonly payments: RunningProcess;
  readonly url: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A card is charged. @returns Braintree's id of the sale. */
  sell(): Promise<string>;
  /** A notification that a sale has settled, as Braintree posts it, to one of our processes; undefined: nobody answered. */
  tellOfSettlement(sale: string, notification: SettlementNotice, url: string): Promise<number | undefined>;
}

/** The same notification, whoever it is posted to. */
export interface SettlementNotice {
  readonly at: Date;
}

interface Credential {
  readonly merchantId: string;
  readonly publicKey: string;
  readonly privateKey: string;
}

/** @param env is added to that of the payments process. */
export async function openBraintreeShop(stack: Stack, env: Readonly<Record<string, string>>): Promise<BraintreeShop> {
  const { app, urls, call } = stack;
  const url = `http://127.0.0.1:${await freePort(0)}`;
  const ask = async <Result>(method: string, path: string, options: Parameters<Stack['call']>[2] = {}) => {
    const { status, body } = await call(method, path, options);
    if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${JSON.stringify(body)}`);
    return body as Result;
  };
  const payments = await startProcess({
    entry: 'apps/payments/dist/main.js',
    env: { ...stack.env, ...env, PORT: new URL(url).port },
    ready: { url: `${url}/health/ready` },
  });
  const sandbox = `${urls.control}/v1/braintree`;
  const keys = await ask<Credential>('GET', `${sandbox}/credential`);
  const stored = await ask<{ id: string }>('PUT', `${urls.auth}/v1/apps/${app.id}/credentials/braintree`, {
    key: stack.env['OPERATOR_TOKEN']!,
    body: keys,
  });
  const backend = <Result>(method: string, path: string, body: object) =>
    ask<Result>(method, `${url}${path}`, {
      key: app.secretKey,
      body,
      headers: { 'idempotency-key': randomUUID() },
    });
  await backend('PUT', '/v1/payment-settings', { merchantDisplayName: 'Shop', merchantCountryCode: 'US' });
  return {
    payments,
    url,
    env: { ...stack.env, ...env },
    async sell() {
      const wanted = { orderId: randomUUID(), amount: 1_050, currency: 'usd', userId: 'ann' };
      const { paymentId } = await backend<{ paymentId: string }>('POST', '/v1/payment-sheets', wanted);
      const { nonce } = await ask<{ nonce: string }>('POST', `${sandbox}/nonces`, {
        body: { merchantId: keys.merchantId },
      });
      const path = `/v1/payments/${paymentId}/confirm`;
      const { payment } = await backend<{ payment: { gatewayRef: string } }>('POST', path, {
        paymentMethodNonce: nonce,
      });
      return payment.gatewayRef;
    },
    async tellOfSettlement(sale, { at }, to) {
      const subject = `<transaction><id>${sale}</id></transaction>`;
      const xml = `<notification><timestamp type="datetime">${at.toISOString()}</timestamp><kind>transaction_settled</kind><subject>${subject}</subject></notification>`;
      const payload = `${Buffer.from(xml).toString('base64')}\n`;
      const mac = createHmac('sha1', createHash('sha1').update(keys.privateKey).digest()).update(payload).digest('hex');
      const body = new URLSearchParams({ bt_signature: `${keys.publicKey}|${mac}`, bt_payload: payload });
      const answer = await fetch(new URL(`/webhooks/braintree/${stored.id}`, to), { method: 'POST', body }).catch(
        () => undefined,
      );
      return answer?.status;
    },
  };
}
