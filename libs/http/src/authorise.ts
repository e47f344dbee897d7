import type { Scope } from '@signalbox/contracts';
import type { Policy } from './policy.js';
import type { Principal } from './principal.js';
import type { Problem } from './problem.js';
import { problems } from './problems.js';

/** A policy that asks who is calling, in its plainest form. */
export interface Requirement {
  readonly operator: boolean;
  /** An API key passes with any one of these; none: no API key passes. */
  readonly scopes: readonly Scope[];
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
  }
}

/** Why this caller may not use a route, or undefined. */
export function refusal(requirement: Requirement, caller: Principal): Problem | undefined {
  if (caller.kind === 'operator') return requirement.operator ? undefined : appKeyRequired();
  if (requirement.scopes.some((scope) => caller.scopes.has(scope))) return undefined;
  if (requirement.scopes.length === 0) {
    return problems.forbidden('operator_only', 'This route is for the operator token, not for API keys.');
  }
  const wanted = requirement.scopes.map((scope) => `"${scope}"`).join(' or ');
  return problems.forbidden('insufficient_scope', `This API key lacks the scope ${wanted}.`);
}

export function appKeyRequired(): Problem {
  return problems.forbidden(
    'app_key_required',
    'This route works inside one app: call it with an API key of that app.',
  );
}
