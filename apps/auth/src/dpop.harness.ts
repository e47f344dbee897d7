import { createHash, randomUUID } from 'node:crypto';
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

/** A key in a phone's keystore that signs proofs of possession (RFC 9449). */
export class ProofKey {
  private constructor(
    private readonly key: CryptoKey,
    private readonly jwk: JWK,
    readonly thumbprint: string,
  ) {}

  static async make(): Promise<ProofKey> {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const jwk = await exportJWK(publicKey);
    return new ProofKey(privateKey, jwk, await calculateJwkThumbprint(jwk));
  }

  /** @param over claims to have otherwise than an honest phone. */
  async proof(
    method: string,
    url: string,
    over: { readonly [claim: string]: unknown; readonly accessToken?: string; readonly typ?: string } = {},
  ): Promise<string> {
    const { accessToken, typ = 'dpop+jwt', ...claims } = over;
    const ath = accessToken === undefined ? {} : { ath: createHash('sha256').update(accessToken).digest('base64url') };
    return new SignJWT({
      htm: method,
      htu: url,
      jti: randomUUID(),
      iat: Math.floor(Date.now() / 1_000),
      ...ath,
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', typ, jwk: this.jwk })
      .sign(this.key);
  }
}
