import { generateKeyPairSync } from 'node:crypto';
import type { ApnsCredential } from '@signalbox/credentials';

/** A signing key as Apple would give it, for servers that take any. */
export function appleKey(endpoint: { readonly origin: string; readonly ca: string }): ApnsCredential {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const { origin, ca } = endpoint;
  return { teamId: 'SIGNALBOX1', keyId: 'BENCHKEY01', privateKey: pem, endpoint: { origin, ca } };
}
