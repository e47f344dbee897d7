import type { Scope, UserScope } from '@signalbox/contracts';
import { challenge, type Scheme } from './challenge.js';
import type { Policy, Recency } from './policy.js';
import type { AppPrincipal, Principal, UserPrincipal } from './principal.js';
import { Problem } from './problem.js';
import { problems } from './problems.js';
import { signInAgain } from './step-up.js';

/** A policy that asks who is calling, in its plainest form. */
export interface Requirement {
  readonly operator: boolean;
  /** An API key passes with any one of these; none: no API key passes. */
  readonly scopes: readonly Scope[];
  /** What a user needs; absent: no user passes. */
  readonly user?: { readonly scope: UserScope; readonly recent?: Recency };
}

/** What a policy asks of a caller, or undefined when it asks nothing, or the route itself finds out who calls. */
export function requirementOf(policy: Policy): Requirement | undefined {
  switch (policy.kind) {
    case 'public':
    case 'signed':
      return undefined;
    case 'operator':
      return { operator: true, scopes: [] };
    case 'scope':
      return { operator: false, scopes: [policy.scope] };
    case 'operator-or-scope':
      return { operator: true, scopes: [policy.scope] };
    case 'any-scope':
      return { operator: policy.operatorToo, scopes: policy.scopes };
    case 'user':
      return { operator: false, scopes: policy.scopes, user: policy };
  }
}

/** Why this caller may not use a route, or undefined. What is said of a user's second factor comes after it. */
export function refusal(requirement: Requirement, caller: Principal, scheme: Scheme = 'Bearer'): Problem | undefined {
  switch (caller.kind) {
    case 'operator':
      if (requirement.operator) return undefined;
      return requirement.scopes.length === 0 ? userTokenRequired() : appKeyRequired();
    case 'app':
      return refusalOfApp(requirement, caller, scheme);
    case 'user':
      return refusalOfUser(requirement, caller, scheme);
  }
}

function refusalOfApp({ scopes, user }: Requirement, caller: AppPrincipal, scheme: Scheme): Problem | undefined {
  if (scopes.some((scope) => caller.scopes.has(scope))) return undefined;
  if (scopes.length > 0) return scopeMissing('This API key', scopes, scheme);
  if (user !== undefined) return userTokenRequired();
  return problems.forbidden('operator_only', 'This route is for the operator token, not for API keys.');
}

function refusalOfUser({ user }: Requirement, caller: UserPrincipal, scheme: Scheme): Problem | undefined {
  if (user === undefined) {
    return new Problem({
      status: 403,
      code: 'not_for_users',
      detail: "This route is not for users' access tokens.",
      headers: challenge(scheme, 'insufficient_scope'),
    });
  }
  if (!caller.scopes.has(user.scope)) return scopeMissing('This access token', [user.scope], scheme);
  return user.recent && signInAgain(user.recent, caller, scheme);
}

function scopeMissing(what: string, scopes: readonly Scope[], scheme: Scheme): Problem {
  return new Problem({
    status: 403,
    code: 'insufficient_scope',
    detail: `${what} lacks the scope ${scopes.map((scope) => `"${scope}"`).join(' or ')}.`,
    headers: challenge(scheme, 'insufficient_scope', { scope: scopes.join(' ') }),
  });
}

export function appKeyRequired(): Problem {
  return problems.forbidden(
    'app_key_required',
    'This route works inside one app: call it with an API key of that app.',
  );
}

export function userTokenRequired(): Problem {
  return problems.forbidden(
    'user_token_required',
    "This route is about a user: call it with that user's access token.",
  );
}
