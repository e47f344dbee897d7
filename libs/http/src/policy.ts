import type { Scope } from '@signalbox/contracts';

/** Who may call a route. Every route has exactly one; a service with an undeclared route does not start. */
export type Policy =
  | { readonly kind: 'public'; readonly why: string }
  /** `sender` alone, who signs the body. */
  | { readonly kind: 'signed'; readonly sender: string }
  | { readonly kind: 'operator' }
  | { readonly kind: 'scope'; readonly scope: Scope }
  | { readonly kind: 'operator-or-scope'; readonly scope: Scope }
  /** An API key with at least one of the scopes; `operatorToo` lets the operator in as well. */
  | { readonly kind: 'any-scope'; readonly scopes: readonly Scope[]; readonly operatorToo: boolean };

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
} as const;
