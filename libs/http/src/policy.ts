import type { Scope, UserScope } from '@signalbox/contracts';

/** How lately, and how strongly, a user must have proven who they are. */
export interface Recency {
  readonly maxAgeSeconds: number;
  /** `2fa-if-enrolled`: with a second factor, if they have one. */
  readonly acr?: '2fa-if-enrolled';
}

/** Who may call a route. Every route has exactly one; a service with an undeclared route does not start. */
export type Policy =
  | { readonly kind: 'public'; readonly why: string }
  /** `sender` alone, who signs the body. */
  | { readonly kind: 'signed'; readonly sender: string }
  | { readonly kind: 'operator' }
  | { readonly kind: 'scope'; readonly scope: Scope }
  | { readonly kind: 'operator-or-scope'; readonly scope: Scope }
  /** An API key with at least one of the scopes; `operatorToo` lets the operator in as well. */
  | { readonly kind: 'any-scope'; readonly scopes: readonly Scope[]; readonly operatorToo: boolean }
  /** A user, and with one of `scopes` an API key too. */
  | {
      readonly kind: 'user';
      readonly scope: UserScope;
      readonly recent?: Recency;
      readonly scopes: readonly Scope[];
    };

/** The policies, written so that a route's first line reads as a sentence: `allow: allow.scope('devices:read')`. */
export const allow = {
  /** Anybody. `why` says what makes that safe; reviewers read it. */
  publicly: (why: string): Policy => ({ kind: 'public', why }),
  /** Whoever signs the body as `sender` does. For a `SignedRoute`, which verifies that; no other route may have it. */
  signedBy: (sender: string): Policy => ({ kind: 'signed', sender }),
  /** Only the holder of the operator token. */
  operator: (): Policy => ({ kind: 'operator' }),
  /** An API key, secret or publishable, that holds the scope. */
  scope: (scope: Scope): Policy => ({ kind: 'scope', scope }),
  /** The operator for any app, or an API key that holds the scope for its own app. */
  operatorOrScope: (scope: Scope): Policy => ({ kind: 'operator-or-scope', scope }),
  /** An API key that holds at least one of the scopes: a route that a backend and a phone call with different keys. */
  anyScope: (...scopes: Scope[]): Policy => ({ kind: 'any-scope', scopes, operatorToo: false }),
  /** The operator for any app, or an API key that holds at least one of the scopes. */
  operatorOrAnyScope: (...scopes: Scope[]): Policy => ({ kind: 'any-scope', scopes, operatorToo: true }),
  /** A user whose access token holds the scope, for what is theirs. */
  user: (scope: UserScope): Policy => ({ kind: 'user', scope, scopes: [] }),
  /** A user for what is theirs, or an API key that holds one of the scopes for anybody of its app. */
  userOrScope: (userScope: UserScope, ...scopes: [Scope, ...Scope[]]): Policy => ({
    kind: 'user',
    scope: userScope,
    scopes,
  }),
  /** A user who proved lately who they are; others are told to sign in again (RFC 9470). */
  recentUser: (scope: UserScope, recent: Recency): Policy => ({ kind: 'user', scope, recent, scopes: [] }),
} as const;
