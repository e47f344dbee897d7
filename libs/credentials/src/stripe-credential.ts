import { z } from 'zod';
import { httpEndpoint } from './http-endpoint.js';

const SECRET_KEY = /^(sk|rk)_(test|live)_[A-Za-z0-9_]{8,240}$/;
const PUBLISHABLE_KEY = /^pk_(test|live)_[A-Za-z0-9_]{8,240}$/;

/** The API keys of a Stripe account (Stripe Dashboard, "API keys"). A restricted key that may read is enough. */
export const stripeCredential = z
  .strictObject({
    secretKey: z
      .string()
      .regex(
        SECRET_KEY,
        'must be a secret or restricted key as Stripe shows it: sk_test_, sk_live_, rk_test_ or rk_live_',
      )
      .meta({ description: '`sk_...` or, better, `rk_...`; of the mode of the app' }),
    publishableKey: z
      .string()
      .regex(PUBLISHABLE_KEY, 'must be a publishable key as Stripe shows it: pk_test_ or pk_live_')
      .optional()
      .meta({ description: '`pk_...`, of the same account and mode' }),
    endpoint: httpEndpoint('StripeEndpoint', 4013).optional(),
  })
  .refine(
    ({ secretKey, publishableKey }) =>
      publishableKey === undefined || modeOfKey(publishableKey) === modeOfKey(secretKey),
    { path: ['publishableKey'], error: 'must be of the same mode (test or live) as the secret key' },
  )
  .meta({ id: 'StripeCredential' });
export type StripeCredential = z.output<typeof stripeCredential>;

/** Stripe writes it into every key. */
export function modeOfKey(key: string): 'live' | 'test' {
  return key.split('_')[1] === 'live' ? 'live' : 'test';
}
