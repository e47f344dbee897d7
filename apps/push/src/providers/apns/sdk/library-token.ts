import type { UsableToken } from '../provider-token/shared-provider-token.js';

/**
 * Takes the place of the token object inside @parse/node-apn, hence the names. That library signs a new token at every 403
 * ExpiredProviderToken, of which Apple allows one in 20 minutes; this one is only told which token to send.
 */
export class LibraryToken {
  readonly generation = 0;
  current = '';
  private knownAt = 0;
  private ageThen = 0;

  /** Milliseconds. */
  get ageMs(): number {
    return this.ageThen + performance.now() - this.knownAt;
  }

  use({ jwt, ageMs }: UsableToken): void {
    this.current = jwt;
    this.ageThen = ageMs;
    this.knownAt = performance.now();
  }

  isExpired(): boolean {
    return false;
  }

  regenerate(): void {
    // Whether a new one is signed is not for a connection to decide.
  }
}
