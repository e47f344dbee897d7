import type { Client } from '../clients/client.js';
import type { Grant } from '../grants/grant.js';
import type { Person } from '../people/person.js';
import type { Claims } from '../tokens/twists.js';

export const ENDPOINTS = ['authorize', 'discovery', 'jwks', 'revoke', 'risc', 'token', 'userinfo'] as const;
/** What faults and the log name a request by. */
export type EndpointName = (typeof ENDPOINTS)[number];

/** Why a token endpoint refuses. */
export type Refusal =
  | 'bad-secret'
  | 'bad-verifier'
  | 'expired-code'
  | 'foreign-code'
  | 'missing-parameter'
  | 'missing-verifier'
  | 'other-redirect'
  | 'unknown-client'
  | 'unknown-code'
  | 'unknown-refresh-token'
  | 'unsupported-grant'
  | 'used-code';

/** A refusal in a provider's own words. */
export interface RefusalWords {
  readonly status: number;
  readonly error: string;
  readonly description?: string;
}

/** An authorization request that cannot go on. */
export interface AuthorizeFault {
  readonly error: string;
  readonly description: string;
}

/** How one provider speaks OpenID Connect: where it keeps to the standard, and where it does not. */
export interface Dialect {
  readonly title: string;
  /** Of each endpoint that it has, below the issuer. */
  readonly paths: Readonly<Partial<Record<EndpointName, string>>>;
  discovery(issuer: string): Readonly<Record<string, unknown>>;

  /** What is wrong with an authorization request whose client and redirect are in order. */
  authorizeFault(params: URLSearchParams): AuthorizeFault | undefined;
  /** Whether such a fault is told to the client; otherwise it is a page. */
  readonly redirectsFaults: boolean;
  /** The error when somebody does not want to sign in. */
  readonly cancelled: string;
  /** What else is in a redirect back. `issuer`: the name that it goes by. */
  responseParams(issuer: string, scopes: readonly string[]): Readonly<Record<string, string>>;
  /** A user's own data in a redirect back; `first`: the client has never been allowed before. */
  userParam(person: Person, scopes: readonly string[], first: boolean): object | undefined;
  readonly usesPkce: boolean;
  /** Whether a refresh token comes with it. */
  isOffline(params: URLSearchParams, first: boolean): boolean;

  readonly codeSeconds: number;
  readonly accessSeconds: number;
  readonly idTokenSeconds: number;
  newCode(): string;
  newAccessToken(): string;
  newRefreshToken(): string;
  /** `typ` in the header of an ID token. */
  readonly tokenType: string | undefined;
  /** What an ID token says beside `iss`, `sub`, `aud`, `iat`, `exp`, `nonce` and `at_hash`. */
  claims(person: Person, grant: Grant): Claims;
  /** Absent: it has no userinfo. */
  userinfo?(person: Person, scopes: readonly string[]): Claims;
  /** What else a token answer has. */
  tokenParams(scopes: readonly string[]): Readonly<Record<string, unknown>>;
  refusal(why: Refusal): RefusalWords;
  /** Whether tokens are taken back for whoever has them, or for their client only. */
  readonly revokesForAnybody: boolean;

  /** What an SDK on a phone hands to the app. */
  nativeAnswer(parts: { idToken: string; code: string; user: object | undefined }): object;
  /** Who hears of a person's consent together: one client, or all of a team. */
  consentGroup(client: Client): string;
}
