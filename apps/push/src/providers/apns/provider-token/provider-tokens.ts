import type { Uuid } from '@signalbox/contracts';
import type { Envelope } from '@signalbox/credentials';
import type { Sql } from '@signalbox/database';
import { SharedProviderToken } from './shared-provider-token.js';
import { type SigningKey, tokenIdOf } from './sign-provider-token.js';

/**
 * The provider tokens of this process, one per key: a new version of a credential, or another app's, that has the same key
 * goes on with the same token.
 */
export class ProviderTokens {
  private readonly tokens = new Map<Uuid, SharedProviderToken>();

  constructor(
    private readonly sql: Sql,
    private readonly envelope: Envelope,
  ) {}

  of(key: SigningKey): SharedProviderToken {
    const id = tokenIdOf(key);
    const known = this.tokens.get(id);
    if (known) return known;
    // Those of keys that were replaced; whoever still holds one keeps it.
    for (const [other, token] of this.tokens) if (token.isExpired) this.tokens.delete(other);
    const token = new SharedProviderToken(id, key, this.sql, this.envelope);
    this.tokens.set(id, token);
    return token;
  }
}
