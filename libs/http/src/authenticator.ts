import type { Principal } from './principal.js';

/** Turns an Authorization header into a caller. API keys today, JWTs of the auth service behind the same port. */
export interface Authenticator {
  /** @throws Problem 401 `unauthenticated` for a missing, malformed, unknown or revoked key; 503 when it cannot be looked up. */
  verify(authorizationHeader: string | undefined): Promise<Principal>;
}
