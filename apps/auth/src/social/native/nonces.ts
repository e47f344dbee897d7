import { createHash, randomBytes } from 'node:crypto';
import type { Uuid } from '@signalbox/contracts';
import type { Envelope } from '@signalbox/credentials';
import type { Sql } from '@signalbox/database';
import type { ProvenIdentity } from '../calls/proven-identity.js';
import { openProof, sealProof } from '../linking/sealed-proof.js';
import { GIVE_NONCE, HOLD_NONCE, KEEP_PROOF, USE_NONCE } from './nonces.queries.js';

/** Seconds between asking for a nonce and coming back with what was made with it. */
export const NONCE_LIFE = 600;

export interface NonceOf {
  readonly appId: Uuid;
  readonly provider: string;
}

/** A nonce that may still be used; others who show it wait until the transaction ends. */
export interface HeldNonce {
  /** What was proven with this token or code before, where it was. */
  provenBy(credential: string): ProvenIdentity | undefined;
}

/**
 * Nonces for phones. They come from here and are good for one sign-in, so a token that was made for another one, or at another's
 * bidding, opens nothing.
 */
export class Nonces {
  constructor(private readonly envelope: Envelope) {}

  async give(sql: Sql, { appId, provider }: NonceOf): Promise<string> {
    const nonce = randomBytes(32).toString('base64url');
    await sql.query(GIVE_NONCE, [sha256(nonce), appId, provider, NONCE_LIFE]);
    return nonce;
  }

  async hold(tx: Sql, { appId, provider }: NonceOf, nonce: string): Promise<HeldNonce | undefined> {
    const values = [sha256(nonce), appId, provider];
    const { rows } = await tx.query<{ proof: Buffer | null; outcome: Buffer | null }>(HOLD_NONCE, values);
    const row = rows[0];
    if (row === undefined) return undefined;
    return {
      provenBy: (credential) => {
        const { proof, outcome } = row;
        const isSame = proof !== null && outcome !== null && proof.equals(sha256(credential));
        return isSame ? openProof(this.envelope, appId, outcome) : undefined;
      },
    };
  }

  async use(tx: Sql, nonce: string): Promise<void> {
    await tx.query(USE_NONCE, [sha256(nonce)]);
  }

  /** For the same phone, which comes again with the same token or code. */
  async keep(tx: Sql, appId: Uuid, nonce: string, credential: string, identity: ProvenIdentity): Promise<void> {
    await tx.query(KEEP_PROOF, [sha256(nonce), sha256(credential), sealProof(this.envelope, appId, identity)]);
  }
}

/** Whether a token names this nonce: as it is, or by its SHA-256, which Apple's examples hand to the SDK in its place. */
export function namesNonce(nonce: string, named: string): boolean {
  return named === nonce || named === sha256(nonce).toString('hex') || named === sha256(nonce).toString('base64url');
}

function sha256(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}
