import { randomBytes } from 'node:crypto';
import { ask } from './ask.ts';

/** An app that sends to phones and sells through Stripe. */
export interface RehearsalApp {
  readonly id: string;
  readonly secretKey: string;
  readonly stripe: {
    /** Of Stripe's API. */
    readonly secretKey: string;
    /** Where its webhooks are posted, and the secret that signs them. */
    readonly webhookUrl: string;
    readonly webhookSecret: string;
  };
}

/** The user who has the app on an iPhone. */
export const PERSON = 'somebody';

interface Surroundings {
  readonly urls: Readonly<Record<'auth' | 'payments' | 'push', string>>;
  /** Of the sandbox. */
  readonly control: string;
  readonly operatorToken: string;
}

export async function makeApp({ urls, control, operatorToken }: Surroundings): Promise<RehearsalApp> {
  const name = 'rehearsal';
  const { id } = await ask<{ id: string }>('POST', `${urls.auth}/v1/apps`, operatorToken, { name, mode: 'test' });
  const { key: secretKey } = await ask<{ key: string }>('POST', `${urls.auth}/v1/api-keys`, operatorToken, {
    ...{ appId: id, kind: 'secret', name },
  });
  const credentialOf = async (provider: string): Promise<void> => {
    const credential = await ask<object>('GET', `${control}/v1/${provider}/credential`, '');
    await ask('PUT', `${urls.auth}/v1/apps/${id}/credentials/${provider}`, operatorToken, credential);
  };
  await credentialOf('apns');
  await credentialOf('fcm');
  await ask('PUT', `${urls.push}/v1/devices/phone`, secretKey, iPhoneOf(PERSON, '11'));
  return { id, secretKey, stripe: await openStripe({ urls, control, operatorToken }, id, secretKey) };
}

/** What registers an iPhone of a user's, whose token begins so: the sandbox answers some beginnings in a way of their own. */
export function iPhoneOf(userId: string, beginning: string): object {
  const token = beginning + randomBytes(32).toString('hex').slice(beginning.length);
  return {
    userId,
    platform: 'ios',
    target: { kind: 'apns', token },
    environment: 'sandbox',
    bundleId: 'com.example.app',
  };
}

interface StripeKeys {
  readonly secretKey: string;
  readonly publishableKey: string;
  readonly endpoint: { readonly origin: string };
}

async function openStripe(surroundings: Surroundings, appId: string, key: string): Promise<RehearsalApp['stripe']> {
  const { urls, control, operatorToken } = surroundings;
  const path = `${control}/v1/stripe/credential?key=sk_test_rehearsesAlarms`;
  const { secretKey, publishableKey, endpoint } = await ask<StripeKeys>('GET', path, '');
  const credential = { secretKey, publishableKey, endpoint };
  await ask('PUT', `${urls.auth}/v1/apps/${appId}/credentials/stripe`, operatorToken, credential);
  const webhookSecret = `whsec_${randomBytes(24).toString('hex')}`;
  const source = await ask<{ path: string }>('POST', `${urls.payments}/v1/stripe-sources`, key, {
    name: 'rehearsal',
    secrets: [{ secret: webhookSecret }],
  });
  const webhookUrl = urls.payments + source.path;
  const stripe = { secretKey, webhookUrl, webhookSecret };
  await ask('POST', `${control}/v1/stripe/endpoints`, '', endpointOf(stripe));
  return stripe;
}

/** What tells the sandbox where Stripe posts webhooks, which it forgets when it ends. */
export function endpointOf({ secretKey, webhookUrl, webhookSecret }: RehearsalApp['stripe']): object {
  return { key: secretKey, url: webhookUrl, secret: webhookSecret };
}
