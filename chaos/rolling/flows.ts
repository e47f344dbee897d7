import { createHmac, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import type { RoleName } from './roles.ts';
import type { Flow } from './sender.ts';
import type { Shop } from './shop.ts';
import { OPERATOR_PASSWORD, type Stage } from './stage.ts';

/** What clients were told, by what they asked for. */
export interface Promised {
  /** Ids of notifications. */
  readonly notifications: Set<string>;
  /** Ids of Stripe's events that were answered 200. */
  readonly stripeEvents: Set<string>;
}

/** What is sent to each of the roles that answers HTTP, and to push-api in any case; the others have their work from it. */
export async function flowsTo(
  stage: Stage,
  shop: Shop,
  roles: readonly RoleName[],
  perSecond: number,
): Promise<{ flows: Flow[]; promised: Promised }> {
  const promised: Promised = { notifications: new Set(), stripeEvents: new Set() };
  const asApp = { authorization: `Bearer ${shop.key}` };
  const asOperator = { authorization: `Bearer ${stage.operatorToken}` };
  let last: string | undefined;
  const all: Flow[] = [
    {
      name: 'accept a notification',
      role: 'push-api',
      perSecond,
      ask: (n) => ({
        method: 'POST',
        path: '/v1/notifications',
        headers: asApp,
        body: JSON.stringify({
          to: { userId: shop.userOf(n) },
          content: { title: 'Rolling', body: `n-${n}` },
          options: { priority: shop.wayOf(n).priority },
        }),
      }),
      onAnswer: (_n, body) => {
        last = (JSON.parse(body) as { id: string }).id;
        promised.notifications.add(last);
      },
    },
    {
      name: 'read a notification',
      role: 'push-api',
      perSecond: 5,
      ask: () => ({
        method: 'GET',
        path: last === undefined ? '/openapi.json' : `/v1/notifications/${last}`,
        headers: asApp,
      }),
    },
    {
      name: 'read an app',
      role: 'auth',
      perSecond: 5,
      ask: () => ({ method: 'GET', path: `/v1/apps/${shop.appId}`, headers: asOperator }),
    },
    {
      name: 'make an API key',
      role: 'auth',
      perSecond: 5,
      ask: (n) => ({
        method: 'POST',
        path: '/v1/api-keys',
        headers: asOperator,
        body: JSON.stringify({ appId: shop.appId, kind: 'secret', name: `key ${n}` }),
      }),
    },
    {
      name: 'read the feed',
      role: 'events',
      perSecond: 10,
      ask: () => ({ method: 'GET', path: '/v1/events?limit=10', headers: asApp }),
    },
    {
      name: 'a webhook of Stripe',
      role: 'payments-edge',
      perSecond: 10,
      ask: (n) => stripeWebhook(shop, `evt_rolling_${n}`),
      onAnswer: (n) => promised.stripeEvents.add(`evt_rolling_${n}`),
    },
    {
      name: 'ask for a payment sheet',
      role: 'payments-api',
      perSecond: 5,
      ask: () => ({
        method: 'POST',
        path: '/v1/payment-sheets',
        headers: { ...asApp, 'idempotency-key': randomUUID() },
        body: JSON.stringify({ orderId: randomUUID(), amount: 1_299, currency: 'eur', userId: 'ann' }),
      }),
    },
  ];
  if (roles.includes('console')) {
    const cookie = await signIn(stage.urlOf('console'));
    all.push({
      name: 'look at the console',
      role: 'console',
      perSecond: 5,
      ask: () => ({ method: 'GET', path: '/', headers: { cookie, accept: 'text/html' } }),
    });
  }
  // Whoever works has work from what is accepted.
  return { flows: all.filter(({ role }) => role === 'push-api' || roles.includes(role)), promised };
}

function stripeWebhook({ source }: Shop, id: string): ReturnType<Flow['ask']> {
  const seconds = Math.floor(Date.now() / 1_000);
  const body = JSON.stringify({
    ...{ id, object: 'event', api_version: '2026-09-30.endive', created: seconds, livemode: false },
    ...{ type: 'balance.available', data: { object: { object: 'balance' } } },
  });
  const mac = createHmac('sha256', source!.secret).update(`${seconds}.${body}`).digest('hex');
  return { method: 'POST', path: source!.path, headers: { 'stripe-signature': `t=${seconds},v1=${mac}` }, body };
}

/** @returns the cookie of a session. Not by fetch, which would not say what it may not send. */
function signIn(console: string): Promise<string> {
  const headers = {
    origin: console,
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/x-www-form-urlencoded',
  };
  return new Promise((resolve, reject) => {
    request(`${console}/login`, { method: 'POST', headers }, (response) => {
      response.resume();
      const [cookie] = response.headers['set-cookie'] ?? [];
      if (cookie === undefined) reject(new Error(`the console answered ${response.statusCode}`));
      else resolve(cookie.split(';')[0]!);
    })
      .once('error', reject)
      .end(new URLSearchParams({ password: OPERATOR_PASSWORD }).toString());
  });
}
