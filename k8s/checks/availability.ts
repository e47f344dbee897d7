import { z } from 'zod';
import { finding, type Finding } from './finding.ts';
import { type Resource, selector, selects } from './resource.ts';
import { type Workload, workloadsOf } from './workload.ts';

const budget = z.looseObject({ spec: z.looseObject({ selector }) });
const scaler = z.looseObject({ spec: z.looseObject({ scaleTargetRef: z.looseObject({ name: z.string() }) }) });

/** The names of the Deployments that somebody scales, with who does. */
export function scaledBy(resources: readonly Resource[]): Map<string, Resource> {
  return new Map(
    resources
      .filter(({ kind }) => kind === 'HorizontalPodAutoscaler' || kind === 'ScaledObject')
      .map((each) => [scaler.parse(each).spec.scaleTargetRef.name, each]),
  );
}

/** The Deployments of our services. */
export function servicesOf(resources: readonly Resource[]): Workload[] {
  return workloadsOf(resources).filter(
    ({ kind, app }) => kind === 'Deployment' && app !== undefined && app !== 'sandbox',
  );
}

/** What keeps a role there while machines are emptied and versions change. */
export function checkAvailability(resources: readonly Resource[]): Finding[] {
  const scaled = scaledBy(resources);
  const budgets = resources
    .filter(({ kind }) => kind === 'PodDisruptionBudget')
    .map((each) => budget.parse(each).spec.selector);
  return servicesOf(resources).flatMap(({ resource, spec, pod }) => {
    const found: Finding[] = [];
    const own = budgets.filter((each) => selects(each, pod.metadata.labels)).length;
    // With two, the API server refuses to take any pod away.
    if (own !== 1)
      found.push(finding('no-disruption-budget', resource, `has ${own} disruption budgets instead of one`));
    if (spec.strategy?.rollingUpdate?.maxUnavailable !== 0) {
      found.push(finding('gap-in-rollout', resource, 'has fewer pods than it should while it is rolled out'));
    }
    if (spec.replicas !== undefined && scaled.has(resource.metadata.name)) {
      found.push(finding('replicas-and-autoscaler', resource, 'is set back to its replicas whenever it is applied'));
    }
    return found;
  });
}
