import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { eventually } from '@signalbox/testing';
import type { Ids, Maker } from './maker.js';
import { type Body, idOf } from './asking.js';

/** How the gateways sign what they tell this app's doors. */
export interface Gateways {
  readonly stripe: { readonly path: string; readonly secret: string };
  readonly braintree: { readonly path: string; readonly publicKey: string; readonly privateKey: string };
}

/** As Stripe signs a body. */
export function stripeSignature(secret: string, body: string, seconds = Math.floor(Date.now() / 1_000)): string {
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}

export async function belongingsAtPayments(maker: Maker): Promise<Gateways & { readonly ids: Ids }> {
  const { stage, sandbox, asBackend, user, credentials } = maker;
  const { userId } = user;
  const secret = `whsec_${randomBytes(24).toString('hex')}`;
  const source = await asBackend('payments', 'POST /v1/stripe-sources', { name: 'shop', secrets: [{ secret }] });
  const [first] = source['secrets'] as Body[];
  const path = source['path'] as string;
  await asBackend('payments', 'PUT /v1/payment-settings', { merchantDisplayName: 'Shop', merchantCountryCode: 'DE' });
  await asBackend('payments', `PUT /v1/customers/${userId}`, { name: 'Ann' });
  const sheet = await asBackend('payments', 'POST /v1/payment-sheets', {
    ...{ orderId: randomUUID(), amount: 1_299, currency: 'eur', userId },
  });
  const customer = idOf(sheet['customer']);
  const price = await askStripe('/v1/prices', {
    ...{ currency: 'eur', unit_amount: '900', 'recurring[interval]': 'month', 'product_data[name]': 'news' },
  });
  const card = await askStripe('/v1/payment_methods/pm_card_visa/attach', { customer });
  const subscribed = await asBackend('payments', 'POST /v1/subscriptions', { userId, prices: [{ price }] });
  const { publicKey, privateKey } = await sandbox.control<Record<'publicKey' | 'privateKey', string>>(
    'GET',
    '/v1/braintree/credential',
  );
  const event = await tellOfNothing();
  return {
    stripe: { path, secret },
    braintree: { path: `/webhooks/braintree/${credentials['braintree']!}`, publicKey, privateKey },
    ids: {
      'payments /v1/customers/{userId}': userId,
      'payments /v1/customers/{userId}/payment-methods/{id}': card,
      'payments /v1/payments/{id}': sheet['paymentId'] as string,
      'payments /v1/stripe-events/{id}': event,
      'payments /v1/stripe-sources/{id}': idOf(source),
      'payments /v1/stripe-sources/{id}/secrets/{secretId}': idOf(first),
      'payments /v1/subscriptions/{id}': idOf(subscribed['subscription']),
      'payments /webhooks/braintree/{source}': credentials['braintree']!,
      'payments /webhooks/stripe/{source}': path.split('/').at(-1)!,
    },
  };

  /** As a phone's sheet, or the merchant on Stripe's own pages. @returns the id of what was made. */
  async function askStripe(route: string, params: Readonly<Record<string, string>>): Promise<string> {
    const headers = { authorization: `Bearer ${maker.stripe.secretKey}` };
    const body = new URLSearchParams(params);
    const answer = await fetch(new URL(route, maker.stripe.endpoint.origin), { method: 'POST', headers, body });
    if (!answer.ok) throw new Error(`Stripe answered ${route} ${answer.status}: ${await answer.text()}`);
    return idOf(await answer.json());
  }

  /** @returns our id of an event that Stripe told. */
  async function tellOfNothing(): Promise<string> {
    const body = JSON.stringify({
      ...{ id: `evt_${randomBytes(8).toString('hex')}`, object: 'event', api_version: '2026-09-30.endive' },
      ...{ created: Math.floor(Date.now() / 1_000), livemode: false, type: 'balance.available' },
      data: { object: { object: 'balance' } },
    });
    const headers = { 'stripe-signature': stripeSignature(secret, body), 'content-type': 'application/json' };
    const answer = await fetch(new URL(path, stage.urls.payments), { method: 'POST', headers, body });
    if (!answer.ok) throw new Error(`an event was answered ${answer.status}: ${await answer.text()}`);
    return eventually(async () => {
      const { items } = (await asBackend('payments', 'GET /v1/stripe-events')) as { items: readonly unknown[] };
      if (items.length === 0) throw new Error('no event yet');
      return idOf(items[0]);
    });
  }
}
