import { freePort } from '@signalbox/embedded-postgres';
import { type RunningProcess, startProcess } from '@signalbox/testing';
import type { Stack } from './stack.js';

/** What a payment at the sandbox's Stripe is to end in. */
type Outcome = 'succeeded' | 'insufficient_funds';

/** A shop that sells through the sandbox's Stripe, and the payments service that hears of it. */
export interface StripeShop {
  readonly payments: RunningProcess;
  /** Of the payments service. */
  readonly url: string;
  /** The shop's Stripe, as its backend and its phones call it. */
  readonly stripe: { readonly origin: string; readonly secretKey: string };
  readonly env: Readonly<Record<string, string | undefined>>;
  pay(outcome: Outcome): Promise<{ readonly id: string; readonly latest_charge: string | null }>;
  dispute(charge: string): Promise<unknown>;
  /** A call of Stripe's own API, with the key of the shop. */
  callStripe<Result>(method: 'GET' | 'POST', path: string, params?: Readonly<Record<string, string>>): Promise<Result>;
  /** Resolves when Stripe has tried to tell of an object, or was made to lose what it had to tell. */
  told(objectId: string): Promise<unknown>;
  /** Changes something at the sandbox's Stripe, by its control API. */
  control(method: 'PUT' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown>;
  /** When the newest thousand calls of the API came, in milliseconds. */
  calls(): Promise<number[]>;
  /** The ids of all events that Stripe has of the shop. */
  events(): Promise<string[]>;
}

interface Keys {
  readonly secretKey: string;
  readonly publishableKey: string;
  readonly endpoint: { readonly origin: string };
}

interface ListOfEvents {
  readonly data: readonly { readonly id: string }[];
  readonly has_more: boolean;
}

/** @param env is added to that of the payments process. */
export async function openShop(stack: Stack, env: Readonly<Record<string, string>> = {}): Promise<StripeShop> {
  const { app, urls, call } = stack;
  const url = `http://127.0.0.1:${await freePort(0)}`;
  const sandbox = `${urls.control}/v1/stripe`;
  const asOperator = stack.env['OPERATOR_TOKEN']!;
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
  const { secretKey, publishableKey, endpoint } = await ask<Keys>(
    'GET',
    `${sandbox}/credential?key=sk_test_sellsAtTheSandbox`,
  );
  const credential = { key: asOperator, body: { secretKey, publishableKey, endpoint } };
  await ask('PUT', `${urls.auth}/v1/apps/${app.id}/credentials/stripe`, credential);
  const secret = 'whsec_of_the_shop_that_sells_at_the_sandbox';
  const source = { key: app.secretKey, body: { name: 'shop', secrets: [{ secret }] } };
  const { path } = await ask<{ path: string }>('POST', `${url}/v1/stripe-sources`, source);
  await ask('POST', `${sandbox}/endpoints`, { body: { key: secretKey, url: `${url}${path}`, secret } });
  return {
    payments,
    url,
    stripe: { origin: endpoint.origin, secretKey },
    env: { ...stack.env, ...env },
    pay: (outcome) => ask('POST', `${sandbox}/payments`, { body: { key: secretKey, userId: 'ann', outcome } }),
    dispute: (charge) => ask('POST', `${sandbox}/disputes`, { body: { charge } }),
    async callStripe<Result>(method: 'GET' | 'POST', path: string, params: Readonly<Record<string, string>> = {}) {
      const answer = await fetch(`${endpoint.origin}${path}`, {
        method,
        headers: { authorization: `Bearer ${secretKey}` },
        ...(method === 'POST' && { body: new URLSearchParams(params) }),
      });
      const body = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${body}`);
      return JSON.parse(body) as Result;
    },
    told: (id) => ask('GET', `${sandbox}/deliveries?objectId=${id}&limit=1&waitMs=10000`),
    control: (method, what, body) => ask(method, `${sandbox}/${what}`, body && { body }),
    async calls() {
      const page = await ask<{ requests: { receivedAt: string }[] }>(
        'GET',
        `${sandbox}/requests?order=desc&limit=1000`,
      );
      return page.requests.map(({ receivedAt }) => new Date(receivedAt).getTime());
    },
    async events() {
      const ids: string[] = [];
      for (let after = ''; ;) {
        const page = await ask<ListOfEvents>('GET', `${endpoint.origin}/v1/events?limit=100${after}`, {
          key: secretKey,
        });
        ids.push(...page.data.map(({ id }) => id));
        if (!page.has_more) return ids;
        after = `&starting_after=${ids.at(-1)}`;
      }
    },
  };
}
