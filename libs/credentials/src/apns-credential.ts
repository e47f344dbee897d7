import { z } from 'zod';
import { parsePrivateKey } from './private-key.js';
import { providerEndpoint } from './provider-endpoint.js';

const tenCharacters = z.string().regex(/^[A-Z0-9]{10}$/, 'must be 10 capital letters or digits, as Apple shows it');

/** An APNs token-signing key (Apple Developer, "Keys"). The `.p8` file is the private key. */
export const apnsCredential = z
  .strictObject({
    teamId: tenCharacters.meta({ description: "The developer account's Team ID" }),
    keyId: tenCharacters.meta({ description: 'The Key ID of the .p8 file' }),
    privateKey: z
      .string()
      .max(4_096)
      .refine(isP256, 'must be the content of the .p8 file: an EC P-256 private key (-----BEGIN PRIVATE KEY-----)')
      .meta({ description: 'The content of the .p8 file' }),
    endpoint: providerEndpoint.optional(),
  })
  .meta({ id: 'ApnsCredential' });
export type ApnsCredential = z.output<typeof apnsCredential>;

function isP256(pem: string): boolean {
  const key = parsePrivateKey(pem);
  return key?.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
}
