import { z } from 'zod';
import type { Resource } from './resource.ts';

const securityContext = z.looseObject({
  runAsNonRoot: z.boolean().optional(),
  runAsUser: z.number().optional(),
  privileged: z.boolean().optional(),
  allowPrivilegeEscalation: z.boolean().optional(),
  readOnlyRootFilesystem: z.boolean().optional(),
  capabilities: z.object({ drop: z.array(z.string()).default([]), add: z.array(z.string()).default([]) }).optional(),
  seccompProfile: z.looseObject({ type: z.string() }).optional(),
});
const probe = z.looseObject({ httpGet: z.looseObject({ path: z.string() }).optional() });
const keyed = z.looseObject({ name: z.string(), key: z.string() });

const container = z.looseObject({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()).default([]),
  env: z
    .array(
      z.looseObject({
        name: z.string(),
        value: z.string().optional(),
        valueFrom: z.looseObject({ secretKeyRef: keyed.optional(), configMapKeyRef: keyed.optional() }).optional(),
      }),
    )
    .default([]),
  envFrom: z.array(z.looseObject({ configMapRef: z.looseObject({ name: z.string() }).optional() })).default([]),
  securityContext: securityContext.default({}),
  resources: z
    .looseObject({
      requests: z.record(z.string(), z.string()).default({}),
      limits: z.record(z.string(), z.string()).default({}),
    })
    .default({ requests: {}, limits: {} }),
  livenessProbe: probe.optional(),
  readinessProbe: probe.optional(),
  lifecycle: z
    .looseObject({
      preStop: z.looseObject({ sleep: z.looseObject({ seconds: z.number() }).optional() }).optional(),
    })
    .optional(),
});
export type Container = z.output<typeof container>;

const pod = z.looseObject({
  metadata: z.looseObject({ labels: z.record(z.string(), z.string()).default({}) }),
  spec: z.looseObject({
    automountServiceAccountToken: z.boolean().optional(),
    hostNetwork: z.boolean().optional(),
    hostPID: z.boolean().optional(),
    hostIPC: z.boolean().optional(),
    terminationGracePeriodSeconds: z.number().default(30),
    securityContext: securityContext.default({}),
    topologySpreadConstraints: z.array(z.looseObject({ topologyKey: z.string() })).default([]),
    volumes: z.array(z.looseObject({ hostPath: z.unknown().optional() })).default([]),
    initContainers: z.array(container).default([]),
    containers: z.array(container).min(1),
  }),
});

const workload = z.looseObject({
  spec: z.looseObject({
    replicas: z.number().optional(),
    strategy: z.looseObject({ rollingUpdate: z.looseObject({ maxUnavailable: z.unknown() }).optional() }).optional(),
    template: pod,
  }),
});

/** Something that makes pods. */
export interface Workload {
  readonly resource: Resource;
  readonly kind: 'Deployment' | 'StatefulSet' | 'Job';
  readonly spec: z.output<typeof workload>['spec'];
  readonly pod: z.output<typeof pod>;
  readonly containers: readonly Container[];
  /** The folder of apps/ that the first container runs, if it is one of ours. */
  readonly app: string | undefined;
}

const KINDS = ['Deployment', 'StatefulSet', 'Job'] as const;

export function workloadsOf(resources: readonly Resource[]): Workload[] {
  return resources.flatMap((resource) => {
    const kind = KINDS.find((each) => each === resource.kind);
    if (kind === undefined) return [];
    const { spec } = workload.parse(resource);
    const { initContainers, containers } = spec.template.spec;
    const app = /^apps\/(\w+)\/dist\/main\.js$/.exec(containers[0]?.command[1] ?? '')?.[1];
    return { resource, kind, spec, pod: spec.template, containers: [...initContainers, ...containers], app };
  });
}
