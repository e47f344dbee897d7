import type { Principal } from './principal.js';

/** What a proof of possession (RFC 9449) is bound to, whether anything is changed, and where it came from. */
export interface AuthenticatedRequest {
  readonly method: string;
  /** Path and query, as they were asked for. */
  readonly url: string;
  /** The DPoP header. */
  readonly dpop: string | undefined;
  /** Whoever asks, as far as trusted proxies tell. */
  readonly address: string;
}

/** Turns an Authorization header into a caller: API keys here, access tokens in libs/access behind the same port. */
export interface Authenticator {
  /**
   * @throws Problem 401 for a missing, malformed, unknown or revoked key or token: `unauthenticated` or `invalid_token`; 403
   *   `address_not_allowed` for a key that is not used from there; 503 when it cannot be looked up.
   */
  verify(authorizationHeader: string | undefined, request?: AuthenticatedRequest): Promise<Principal>;
  /** A caller who was verified a moment ago and needs no other look; undefined: `verify` tells. */
  recall?(authorizationHeader: string | undefined): Principal | undefined;
}
