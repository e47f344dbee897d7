import type { Scope, Uuid } from '@signalbox/contracts';

/** An app's API key, as the authenticator found it. */
export interface AppPrincipal {
  readonly kind: 'app';
  readonly appId: Uuid;
  readonly mode: 'live' | 'test';
  readonly keyId: Uuid;
  readonly keyKind: 'secret' | 'publishable';
  readonly scopes: ReadonlySet<Scope>;
  /** `api_key.user_token_secret` exactly as stored; the route that checks user tokens opens it. */
  readonly userTokenSecret?: Buffer;
}

/** Who is calling. */
export type Principal = { readonly kind: 'operator' } | AppPrincipal;
