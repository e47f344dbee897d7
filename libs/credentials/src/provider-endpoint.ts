import { z } from 'zod';
import { parseCertificate } from './private-key.js';

/** Another server that speaks the provider's protocol: the sandbox. Only apps in mode `test` may name one. */
export const providerEndpoint = z
  .strictObject({
    origin: z
      .string()
      .max(256)
      .refine(isHttpsOrigin, 'must be an https origin without a path, such as https://127.0.0.1:4012'),
    ca: z
      .string()
      .max(16_384)
      .refine(
        (pem) => parseCertificate(pem) !== undefined,
        'must be a certificate in PEM form (-----BEGIN CERTIFICATE-----)',
      ),
  })
  .meta({
    id: 'ProviderEndpoint',
    description: 'Where a sandbox listens, and the CA that its certificate comes from.',
  });
export type ProviderEndpoint = z.output<typeof providerEndpoint>;

function isHttpsOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && url.protocol === 'https:' && url.origin === text;
}
