import { randomUUID } from 'node:crypto';
import { formatId, type Scope } from '@signalbox/contracts';
import { type AppPrincipal, problems } from '@signalbox/http';
import { ACCESS_TOKEN_SECONDS } from '../engine/resources.js';
import type { ExchangedKey } from './api-key.schemas.js';

/** Signs tokens of ours; `typ` is what the token is. */
export interface TokenSigner {
  sign(claims: Record<string, unknown>, header: { readonly typ: string }): Promise<string>;
}

export interface KeyExchangeOptions {
  readonly signer: TokenSigner;
  readonly issuer: string;
  readonly audience: string;
}

/**
 * Gives an access token for an API key: what a job, a worker or a browser session of a backend may hold instead of the key. It ends
 * by itself, and at once with its key.
 */
export class KeyExchange {
  constructor(private readonly options: KeyExchangeOptions) {}

  /**
   * @param wanted the scopes it shall have; all of the key's unless told.
   * @throws Problem 403 unless it is a secret key that has them.
   */
  async exchange(key: AppPrincipal, wanted: readonly Scope[] = [...key.scopes]): Promise<ExchangedKey> {
    if (key.keyKind !== 'secret') {
      throw problems.forbidden(
        'secret_key_required',
        'Only a secret key is exchanged: not a token, nor a publishable key.',
      );
    }
    const foreign = wanted.find((scope) => !key.scopes.has(scope));
    if (foreign !== undefined) {
      throw problems.forbidden('insufficient_scope', `This API key lacks the scope "${foreign}".`);
    }
    const { signer, issuer, audience } = this.options;
    const keyId = formatId('key', key.keyId);
    const issuedAt = Math.floor(Date.now() / 1_000);
    const left = key.expiresAt === undefined ? Infinity : Math.floor(key.expiresAt.getTime() / 1_000) - issuedAt;
    const life = Math.max(0, Math.min(ACCESS_TOKEN_SECONDS, left));
    const scope = wanted.join(' ');
    const accessToken = await signer.sign(
      {
        iss: issuer,
        aud: audience,
        sub: keyId,
        client_id: keyId,
        app: formatId('app', key.appId),
        mode: key.mode,
        scope,
        iat: issuedAt,
        exp: issuedAt + life,
        jti: randomUUID(),
      },
      { typ: 'at+jwt' },
    );
    return { accessToken, tokenType: 'Bearer', expiresIn: life, scope };
  }
}
