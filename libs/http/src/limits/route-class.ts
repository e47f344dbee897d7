import type { EndpointDeclaration } from '../endpoint.js';
import { requirementOf } from '../authorise.js';

/** Routes of one class share a bucket for each key: who reads without end can still send. */
export const ROUTE_CLASSES = ['read', 'write', 'send'] as const;
export type RouteClass = (typeof ROUTE_CLASSES)[number];

const READS = new Set(['GET', 'HEAD']);

/**
 * Which limit a route has; undefined for none: those that anybody may call know no key, those that are signed have their own room, and
 * operators are not limited.
 */
export function classOf(method: string, { allow, limit }: EndpointDeclaration): RouteClass | undefined {
  const requirement = requirementOf(allow);
  if (requirement === undefined) return undefined;
  if (requirement.scopes.length === 0 && requirement.user === undefined) return undefined;
  return limit ?? (READS.has(method) ? 'read' : 'write');
}
