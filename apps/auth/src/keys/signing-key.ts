import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';

/** A key that signs tokens: ES256, the algorithm that phones' own keystores speak and whose key sets are small. */
export interface SigningKey {
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  readonly publicJwk: JWK;
  readonly privateKey: KeyObject;
}

/** A key pair as it is kept: the private half as PKCS #8 DER, to be sealed. */
export interface NewSigningKey {
  readonly kid: string;
  readonly publicJwk: JWK;
  readonly pkcs8: Buffer;
}

export async function makeSigningKey(): Promise<NewSigningKey> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' }) as JWK;
  const kid = await calculateJwkThumbprint(jwk);
  return {
    kid,
    publicJwk: { ...jwk, kid, alg: 'ES256', use: 'sig' },
    pkcs8: privateKey.export({ format: 'der', type: 'pkcs8' }),
  };
}

export function openSigningKey(kid: string, publicJwk: JWK, pkcs8: Buffer): SigningKey {
  return { kid, publicJwk, privateKey: createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }) };
}
