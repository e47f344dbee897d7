import { z } from 'zod';
import { parsePrivateKey } from './private-key.js';
import { providerEndpoint } from './provider-endpoint.js';

const MIN_MODULUS_BITS = 2_048;

const text = z.string().min(1).max(512);
const httpsUrl = z.url({ protocol: /^https$/, error: 'must be an https URL' }).max(512);

/**
 * A Google service account, as the Firebase console downloads it: the file can be sent as it is. Only the fields that
 * sign a token are used; the others are the file's own and are kept.
 */
export const fcmCredential = z
  .strictObject({
    type: z.literal('service_account').optional(),
    project_id: text.regex(/^[a-z][a-z0-9-]{4,29}$/, 'must be a Google Cloud project id'),
    client_email: z.email('must be the e-mail address of the service account').max(256),
    private_key: z
      .string()
      .max(8_192)
      .refine(isRsa, `must be an RSA private key of at least ${MIN_MODULUS_BITS} bits (-----BEGIN PRIVATE KEY-----)`),
    private_key_id: text.optional(),
    client_id: text.optional(),
    auth_uri: httpsUrl.optional(),
    token_uri: httpsUrl.optional(),
    auth_provider_x509_cert_url: httpsUrl.optional(),
    client_x509_cert_url: httpsUrl.optional(),
    universe_domain: text.optional(),
    endpoint: providerEndpoint.optional(),
  })
  .meta({ id: 'FcmCredential' });
export type FcmCredential = z.output<typeof fcmCredential>;

function isRsa(pem: string): boolean {
  const key = parsePrivateKey(pem);
  return key?.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= MIN_MODULUS_BITS;
}
