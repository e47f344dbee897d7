import type { Scope, UserScope, Uuid } from '@signalbox/contracts';

/** An app's own doing: its backend or its phones with an API key, or a machine with an access token. */
export interface AppPrincipal {
  readonly kind: 'app';
  readonly appId: Uuid;
  readonly mode: 'live' | 'test';
  /** Of the API key; of the client, for a machine's token. */
  readonly keyId: Uuid;
  /** `token`: an access token that a client or a secret key was given; it may what its scopes say, as a secret key. */
  readonly keyKind: 'secret' | 'publishable' | 'token';
  /** Of a token, whom it was given to: `cli_...` or `key_...`. */
  readonly clientId?: string;
  readonly scopes: ReadonlySet<Scope>;
  /** When the key ends by itself, if it does. */
  readonly expiresAt?: Date;
  /** `api_key.user_token_secret` exactly as stored; the route that checks user tokens opens it. */
  readonly userTokenSecret?: Buffer;
}

/** A user of an app, by an access token of ours or of an issuer that the app trusts. */
export interface UserPrincipal {
  readonly kind: 'user';
  readonly appId: Uuid;
  readonly mode: 'live' | 'test';
  /** `usr_...`, or whatever another issuer calls them. */
  readonly userId: string;
  /** `ses_...`; absent for tokens of another issuer. */
  readonly sessionId?: string;
  readonly clientId: string;
  readonly scopes: ReadonlySet<UserScope>;
  /** How strongly they signed in: `ACR`. */
  readonly acr?: string;
  /** With what, in the words of RFC 8176. */
  readonly amr: readonly string[];
  /** When they last proved who they are, in seconds since 1970. */
  readonly authTime?: number;
}

/** Who is calling. */
export type Principal = { readonly kind: 'operator' } | AppPrincipal | UserPrincipal;

/** Strengths of a sign-in, as tokens carry them in `acr`. */
export const ACR = { oneFactor: 'urn:signalbox:1fa', twoFactors: 'urn:signalbox:2fa' } as const;
