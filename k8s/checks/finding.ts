import type { Resource } from './resource.ts';

/** Everything that a manifest can be refused for. `k8s/negative` has one that is, for each. */
export const RULES = [
  'unknown-field',
  'wrong-shape',
  'runs-as-root',
  'privilege-escalation',
  'capabilities',
  'no-seccomp',
  'writable-root',
  'host-access',
  'api-token',
  'namespace-not-restricted',
  'unpinned-image',
  'no-limits',
  'no-probes',
  'short-stop',
  'killed-while-stopping',
  'not-spread',
  'no-disruption-budget',
  'gap-in-rollout',
  'replicas-and-autoscaler',
  'scales-nothing',
  'scales-to-nothing',
  'no-fallback',
  'too-many-connections',
  'no-default-deny',
  'egress-to-anywhere',
  'egress-to-private',
  'ingress-from-anywhere',
  'missing-config',
  'missing-secret',
  'route-to-nowhere',
  'service-of-nobody',
  'weights',
  'unknown-variable',
  'forgotten-variable',
  'secret-in-plain',
  'foreign-service-label',
  'unwatched',
] as const;
export type Rule = (typeof RULES)[number];

/** One thing that is wrong with one resource. */
export interface Finding {
  readonly rule: Rule;
  readonly subject: string;
  readonly says: string;
}

export function finding(rule: Rule, { kind, metadata }: Resource, says: string): Finding {
  return { rule, subject: `${kind}/${metadata.name}`, says };
}
