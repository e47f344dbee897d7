import { z } from 'zod';
import { scaledBy, servicesOf } from './availability.ts';
import { finding, type Finding } from './finding.ts';
import type { Resource } from './resource.ts';

/**
 * Connections to Postgres that one process opens at the most: its pools, and one that listens for revocations. With queues in
 * Redis; check.test.ts holds them against the services.
 */
export const CONNECTIONS: Readonly<Record<string, number>> = {
  auth: 16,
  payments: 25,
  push: 25,
  events: 11,
  console: 2,
};

const limits = z.looseObject({
  spec: z.looseObject({
    minReplicas: z.number().optional(),
    maxReplicas: z.number().optional(),
    minReplicaCount: z.number().optional(),
    maxReplicaCount: z.number().optional(),
    fallback: z.looseObject({ replicas: z.number() }).optional(),
    triggers: z.array(z.looseObject({ type: z.string() })).default([]),
  }),
});

/** What grows and shrinks, and whether Postgres bears it at its largest. */
export function checkScaling(resources: readonly Resource[]): Finding[] {
  const scaled = scaledBy(resources);
  const deployments = new Set(
    resources.filter(({ kind }) => kind === 'Deployment').map(({ metadata }) => metadata.name),
  );
  const found: Finding[] = [];
  for (const [target, each] of scaled) {
    const { spec } = limits.parse(each);
    if (!deployments.has(target)) found.push(finding('scales-nothing', each, `scales ${target}, which does not exist`));
    // Whoever is not there offers nothing again, and does no chores.
    if ((spec.minReplicas ?? spec.minReplicaCount ?? 0) < 1) {
      found.push(finding('scales-to-nothing', each, 'may leave no pod of its role'));
    }
    if (spec.triggers.some(({ type }) => type === 'postgresql') && (spec.fallback?.replicas ?? 0) < 1) {
      found.push(finding('no-fallback', each, 'does not say what holds while Postgres cannot be asked'));
    }
  }
  return [...found, ...checkConnections(resources)];
}

/** The connections that all services open at their largest, each role with the one pod more that a rollout has. */
export function mostConnections(resources: readonly Resource[]): number {
  const scaled = scaledBy(resources);
  const each = servicesOf(resources).map(({ resource, spec, app }) => {
    const scaler = scaled.get(resource.metadata.name);
    const max = scaler && limits.parse(scaler).spec;
    return ((max?.maxReplicas ?? max?.maxReplicaCount ?? spec.replicas ?? 1) + 1) * (CONNECTIONS[app ?? ''] ?? 0);
  });
  return each.reduce((sum, connections) => sum + connections, 0);
}

function checkConnections(resources: readonly Resource[]): Finding[] {
  const namespace = resources.find(({ kind }) => kind === 'Namespace');
  if (namespace === undefined) return [];
  const allowed = Number(namespace.metadata.annotations['signalbox.dev/postgres-connections']);
  const most = mostConnections(resources);
  if (most <= allowed) return [];
  return [finding('too-many-connections', namespace, `${most} connections to Postgres, and ${allowed} are said to do`)];
}
