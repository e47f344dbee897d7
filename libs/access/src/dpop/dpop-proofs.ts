import { createHash } from 'node:crypto';
import type { AuthenticatedRequest } from '@signalbox/http';
import { calculateJwkThumbprint, EmbeddedJWK, errors, jwtVerify, type JWK } from 'jose';
import { z } from 'zod';
import { TokenRefused } from '../tokens/token-refused.js';
import { UsedProofs } from './used-proofs.js';

/** Seconds that a proof is taken before and after it says it was made. Phones' clocks are off by more than ours. */
const LIFE = 300;
const LONGEST = 4_096;
/** Signatures of keys that a phone's hardware makes, and of what browsers and backends use. */
const PROOF_ALGORITHMS = ['ES256', 'Ed25519', 'EdDSA'];

const claims = z.object({
  jti: z.string().min(1).max(256),
  htm: z.string(),
  htu: z.string(),
  iat: z.number(),
  ath: z.string(),
});

/**
 * Proofs that whoever sends a bound token has the key it is bound to (RFC 9449 section 4.3). A proof is for one request and one
 * token, and good once. What was used is remembered in this process: with several of them behind one address, a proof that is
 * caught on its way is good once more in each.
 */
export class DpopProofs {
  private readonly used = new UsedProofs();

  /** @param publicUrl the scheme, host and path under which callers reach this service. */
  constructor(
    private readonly publicUrl: string,
    private readonly now: () => number = () => Date.now() / 1_000,
  ) {}

  /** @throws TokenRefused */
  async check(request: AuthenticatedRequest | undefined, token: string, jkt: string): Promise<void> {
    if (request?.dpop === undefined) throw refused('The header DPoP is missing.');
    const { header, payload } = await verify(request.dpop);
    const proof = claims.safeParse(payload);
    if (!proof.success) throw refused(`Its claim ${String(proof.error.issues[0]!.path[0])} is missing or wrong.`);
    const { jti, htm, htu, iat, ath } = proof.data;
    if (htm !== request.method) throw refused('It was made for another method.');
    if (addressOf(htu) !== addressOf(this.publicUrl.replace(/\/$/, '') + request.url)) {
      throw refused(`It was made for another address than ${addressOf(this.publicUrl)}.`);
    }
    if (Math.abs(this.now() - iat) > LIFE) throw refused('It was not made just now.');
    if (ath !== createHash('sha256').update(token).digest('base64url')) throw refused('It was made for another token.');
    const thumbprint = await calculateJwkThumbprint(header.jwk as JWK, 'sha256');
    if (thumbprint !== jkt) throw new TokenRefused('The token is bound to another key than that of the proof.');
    if (!this.used.use(nameOf(jkt, jti), iat, this.now(), LIFE)) throw refused('It was used before.');
  }
}

async function verify(proof: string) {
  if (proof.length > LONGEST) throw refused('It is too long.');
  try {
    const verified = await jwtVerify(proof, EmbeddedJWK, { algorithms: PROOF_ALGORITHMS, typ: 'dpop+jwt' });
    return { header: verified.protectedHeader, payload: verified.payload };
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof DOMException) {
      throw refused('It is no proof whose signature is good.');
    }
    throw error;
  }
}

function nameOf(jkt: string, jti: string): string {
  return createHash('sha256').update(`${jkt} ${jti}`).digest('base64url').slice(0, 22);
}

/** Without query and fragment, in the one form that WHATWG's parser gives an address. */
function addressOf(text: string): string | undefined {
  const url = URL.parse(text);
  return url === null ? undefined : url.origin + url.pathname;
}

function refused(reason: string): TokenRefused {
  return new TokenRefused(`The DPoP proof was refused. ${reason}`, 'invalid_dpop_proof');
}
