import { z } from 'zod';
import { httpEndpoint } from './http-endpoint.js';

/** What Braintree's own ids and keys are made of; a signature separates them by `|` and `&`. */
const WORD = /^[A-Za-z0-9_-]+$/;
const word = (least: number, most: number, what: string) =>
  z
    .string()
    .min(least, `must be ${what} as Braintree shows it`)
    .max(most)
    .regex(WORD, `must be ${what} as Braintree shows it: letters, digits, - and _`);

/** The API keys of a Braintree merchant (Control Panel, "API"). */
export const braintreeCredential = z
  .strictObject({
    merchantId: word(1, 64, 'the merchant id').meta({ description: 'of the merchant, not of one of its accounts' }),
    publicKey: word(8, 64, 'the public key').meta({ description: 'by it our signatures are found in a webhook' }),
    privateKey: word(16, 128, 'the private key').meta({ description: 'also proves that a webhook is Braintree’s' }),
    environment: z.enum(['sandbox', 'production']).meta({ description: 'sandbox for an app in mode test' }),
    merchantAccounts: z
      .record(
        z.string().regex(/^[a-z]{3}$/, 'must be a currency in small letters, such as usd'),
        word(1, 64, 'the id of a merchant account'),
      )
      .optional()
      .meta({
        description:
          'Currency to the id of the merchant account that takes it; a currency that is not here is not charged',
      }),
    endpoint: httpEndpoint('BraintreeEndpoint', 4014).optional(),
  })
  .meta({ id: 'BraintreeCredential' });
export type BraintreeCredential = z.output<typeof braintreeCredential>;

export function modeOfEnvironment(environment: BraintreeCredential['environment']): 'live' | 'test' {
  return environment === 'production' ? 'live' : 'test';
}
