import { finding, type Finding } from './finding.ts';
import type { Resource } from './resource.ts';
import { type Workload, workloadsOf } from './workload.ts';

/** Seconds in which a service finishes what it has begun; docs/architecture.md, "Stopping". */
export const LEAST_GRACE = 60;

/** From start to end: which image, how much of the machine, how one knows that it works, how it stops. */
export function checkPodLife(resources: readonly Resource[]): Finding[] {
  return workloadsOf(resources).flatMap((workload) => [
    ...ofContainers(workload),
    ...(workload.kind === 'Deployment' && workload.app !== undefined ? ofService(workload) : []),
  ]);
}

function* ofContainers({ resource, containers }: Workload): Generator<Finding> {
  for (const { name, image, resources } of containers) {
    if (!/@sha256:[0-9a-f]{64}$|:(?!latest$)[\w.-]+$/.test(image)) {
      yield finding('unpinned-image', resource, `${name} is whatever ${image} means that day`);
    }
    if (
      resources.limits['memory'] === undefined ||
      resources.requests['memory'] === undefined ||
      resources.requests['cpu'] === undefined
    ) {
      yield finding('no-limits', resource, `${name} says not how much of the machine it takes`);
    }
  }
}

function* ofService({ resource, pod: { spec }, containers, app }: Workload): Generator<Finding> {
  const [first] = containers;
  const asked = [first?.livenessProbe?.httpGet?.path, first?.readinessProbe?.httpGet?.path];
  // The sandbox has no health of its own, and nobody waits for it.
  if (app !== 'sandbox' && (asked[0] !== '/health/live' || asked[1] !== '/health/ready')) {
    yield finding('no-probes', resource, 'is not asked whether it lives and whether it makes progress');
  }
  const waits = app === 'sandbox' || first?.lifecycle?.preStop !== undefined;
  if (spec.terminationGracePeriodSeconds < LEAST_GRACE || !waits) {
    yield finding('short-stop', resource, `has no ${LEAST_GRACE} s to finish, or stops while requests still come`);
  }
  const keys = spec.topologySpreadConstraints.map(({ topologyKey }) => topologyKey);
  if (app !== 'sandbox' && !keys.includes('kubernetes.io/hostname')) {
    yield finding('not-spread', resource, 'can have all of its pods on one machine');
  }
}
