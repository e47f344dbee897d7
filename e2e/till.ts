import { randomUUID } from 'node:crypto';
import { eventually } from '@signalbox/testing';
import Stripe from 'stripe';
import { openShop, type StripeShop } from './stripe-shop.js';
import type { Answer, Stack } from './stack.js';

export const AMOUNT = 1_299;

const SETTINGS = {
  merchantDisplayName: 'Shop',
  merchantCountryCode: 'DE',
  applePay: { merchantId: 'merchant.com.example.shop' },
  googlePay: {},
  returnURL: 'shop://stripe-redirect',
};

/** What is said while it is not known yet how something ends. */
const UNSETTLED = ['operation_in_progress', 'outcome_unknown', 'gateway_unavailable'];

/** An order whose sheet was shown. */
export interface Sheet {
  readonly paymentId: string;
  readonly orderId: string;
  readonly intent: string;
  readonly customer: string;
}

/** A shop with its backend, which asks us, and its phones, which pay at the sandbox's Stripe. */
export interface Till {
  readonly shop: StripeShop;
  readonly stripe: Stripe;
  /** As the shop's backend sends it; `url` is another process of the payments service. */
  backend(method: string, path: string, body?: object, key?: string, url?: string): Promise<Answer>;
  /** The same request with the same key, as a good client sends it, until it is answered for good. */
  insist(path: string, body: object, key?: string): Promise<Answer>;
  order(change?: object): { readonly orderId: string } & Record<string, unknown>;
  sheet(change?: object): Promise<Sheet>;
  /** A sheet whose customer chose a card. */
  paid(change?: object): Promise<Sheet>;
  /** What the sheet on the phone does when the customer has chosen a card. */
  payOnPhone(intent: string, card?: string): Promise<unknown>;
  savedCard(customer: string): Promise<string>;
  /** All that Stripe has of an order. */
  intentsOf(orderId: string): Promise<Stripe.PaymentIntent[]>;
}

/** @param env is added to that of the payments process. */
export async function openTill(stack: Stack, env: Readonly<Record<string, string>> = {}): Promise<Till> {
  const shop = await openShop(stack, env);
  const { hostname: host, port } = new URL(shop.stripe.origin);
  const stripe = new Stripe(shop.stripe.secretKey, { host, port, protocol: 'http' });
  const backend: Till['backend'] = (method, path, body, key, url = shop.url) =>
    stack.call(method, `${url}${path}`, {
      key: stack.app.secretKey,
      ...(body !== undefined && { body }),
      ...(key !== undefined && { headers: { 'idempotency-key': key } }),
    });
  const insist: Till['insist'] = async (path, body, key = randomUUID()) => {
    let answer: Answer | undefined;
    const ask = async (): Promise<void> => {
      answer = await backend('POST', path, body, key);
      if (UNSETTLED.includes(answer.body.code as string)) throw new Error(answer.body.detail);
    };
    await eventually(ask, { within: 40_000, every: 200 });
    return answer!;
  };
  const order: Till['order'] = (change = {}) => ({
    ...{ orderId: randomUUID(), amount: AMOUNT, currency: 'eur', userId: 'ann' },
    ...change,
  });
  const sheet: Till['sheet'] = async (change) => {
    const { status, body } = await insist('/v1/payment-sheets', order(change));
    if (status !== 201) throw new Error(`no sheet: ${JSON.stringify(body)}`);
    const { paymentId, orderId, paymentIntentClientSecret: secret, customer } = body;
    return { paymentId, orderId, intent: secret.split('_secret_')[0], customer: customer.id };
  };
  const payOnPhone: Till['payOnPhone'] = (intent, card = 'pm_card_visa') =>
    stripe.paymentIntents.confirm(intent, { payment_method: card, return_url: 'https://shop.example/done' });
  const settings = await backend('PUT', '/v1/payment-settings', SETTINGS);
  if (settings.status !== 200) throw new Error(JSON.stringify(settings.body));
  return {
    ...{ shop, stripe, backend, insist, order, sheet, payOnPhone },
    async paid(change) {
      const shown = await sheet(change);
      await payOnPhone(shown.intent);
      return shown;
    },
    savedCard: async (customer) => (await stripe.paymentMethods.attach('pm_card_visa', { customer })).id,
    async intentsOf(orderId) {
      const { data } = await stripe.paymentIntents.search({ query: `metadata['signalbox_order_id']:'${orderId}'` });
      return data;
    },
  };
}
