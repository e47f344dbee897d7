import { randomBytes } from 'node:crypto';
import { ask } from './ask.ts';
import type { RoleName } from './roles.ts';
import type { Stage } from './stage.ts';

/** Of each provider. */
const USERS = 20;

type Provider = 'apns' | 'fcm' | 'webpush';

/** A provider and a lane that somebody works on. */
interface Way {
  readonly provider: Provider;
  readonly priority: 'transactional' | 'bulk';
}

/** An app with phones, browsers, a Stripe source and a webhook, as far as there are roles for them. */
export interface Shop {
  readonly appId: string;
  readonly key: string;
  readonly ways: readonly Way[];
  /** Whoever has a device of the n-th notification's provider. */
  userOf(n: number): string;
  wayOf(n: number): Way;
  /** Where Stripe's webhooks go, and what signs them; undefined without the edge of payments. */
  readonly source: { readonly path: string; readonly secret: string } | undefined;
}

/** @param webhookUrl where events go, if there is a role for it */
export async function openShop(stage: Stage, webhookUrl: string): Promise<Shop> {
  const { control, operatorToken, running: roles, urlOf } = stage;
  const auth = urlOf('auth');
  const { id: appId } = await ask<{ id: string }>('POST', `${auth}/v1/apps`, operatorToken, {
    name: 'rolling',
    mode: 'test',
  });
  const { key } = await ask<{ key: string }>('POST', `${auth}/v1/api-keys`, operatorToken, {
    ...{ appId, kind: 'secret', name: 'rolling' },
  });
  const ways = waysOf(roles);
  for (const provider of new Set(ways.map((way) => way.provider))) {
    const credential = await ask<object>('GET', `${control}/v1/${provider}/credential`, '');
    await ask('PUT', `${auth}/v1/apps/${appId}/credentials/${provider}`, operatorToken, credential);
    await register(stage, key, provider);
  }
  if (roles.includes('events')) {
    await ask('POST', `${urlOf('events')}/v1/webhook-endpoints`, key, {
      url: webhookUrl,
      eventTypes: ['delivery.sent'],
    });
  }
  const source = roles.includes('payments-edge') ? await openSource(stage, key) : undefined;
  if (roles.includes('payments-api')) await openTill(stage, appId, key);
  return {
    ...{ appId, key, ways, source },
    wayOf: (n) => ways[n % ways.length]!,
    userOf: (n) => `${ways[n % ways.length]!.provider}-${Math.floor(n / ways.length) % USERS}`,
  };
}

function waysOf(roles: readonly RoleName[]): Way[] {
  return (['apns', 'fcm', 'webpush'] as const).flatMap((provider) => [
    ...(roles.includes(`push-${provider}`) ? [{ provider, priority: 'transactional' } as const] : []),
    ...(roles.includes(`push-${provider}-bulk`) ? [{ provider, priority: 'bulk' } as const] : []),
  ]);
}

async function register({ control, urlOf }: Stage, key: string, provider: Provider): Promise<void> {
  const { publicKey } =
    provider === 'webpush'
      ? await ask<{ publicKey: string }>('GET', `${control}/v1/webpush/credential`, '')
      : { publicKey: '' };
  for (let user = 0; user < USERS; user += 1) {
    const userId = `${provider}-${user}`;
    const device = await deviceOf(provider, userId, control, publicKey);
    await ask('PUT', `${urlOf('push-api')}/v1/devices/${userId}`, key, { userId, ...device });
  }
}

async function deviceOf(provider: Provider, userId: string, control: string, publicKey: string): Promise<object> {
  switch (provider) {
    case 'apns': {
      const target = { kind: 'apns', token: `11${randomBytes(31).toString('hex')}` };
      return { platform: 'ios', target, environment: 'sandbox', bundleId: 'com.example.app' };
    }
    case 'fcm':
      return { platform: 'android', target: { kind: 'fcm_token', token: `${userId}:APA91b-${'A'.repeat(120)}` } };
    case 'webpush': {
      const wanted = { applicationServerKey: publicKey, prefix: 'br' };
      const made = `${control}/v1/webpush/subscriptions`;
      const { endpoint, keys } = await ask<{ endpoint: string; keys: object }>('POST', made, '', wanted);
      return { platform: 'web', target: { kind: 'webpush', endpoint, ...keys } };
    }
  }
}

async function openSource({ urlOf }: Stage, key: string): Promise<{ path: string; secret: string }> {
  const secret = `whsec_${randomBytes(24).toString('hex')}`;
  const wanted = { name: 'rolling', secrets: [{ secret }] };
  const { path } = await ask<{ path: string }>('POST', `${urlOf('payments-api')}/v1/stripe-sources`, key, wanted);
  return { path, secret };
}

/** What sheets need: keys of Stripe's, and how the shop shows itself. */
async function openTill({ control, operatorToken, urlOf }: Stage, appId: string, key: string): Promise<void> {
  const { secretKey, publishableKey, endpoint } = await ask<Record<string, unknown>>(
    'GET',
    `${control}/v1/stripe/credential?key=sk_test_sellsAtTheSandbox`,
    '',
  );
  const credential = { secretKey, publishableKey, endpoint };
  await ask('PUT', `${urlOf('auth')}/v1/apps/${appId}/credentials/stripe`, operatorToken, credential);
  await ask('PUT', `${urlOf('payments-api')}/v1/payment-settings`, key, {
    merchantDisplayName: 'Shop',
    merchantCountryCode: 'DE',
    applePay: { merchantId: 'merchant.com.example.shop' },
    googlePay: {},
    returnURL: 'shop://stripe-redirect',
  });
}
