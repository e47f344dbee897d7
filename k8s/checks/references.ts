import { z } from 'zod';
import { finding, type Finding } from './finding.ts';
import { type Resource, selects } from './resource.ts';
import { type Container, workloadsOf } from './workload.ts';

const service = z.looseObject({
  spec: z.looseObject({
    selector: z.record(z.string(), z.string()).default({}),
    ports: z.array(z.looseObject({ port: z.number() })).default([]),
  }),
});
const externalSecret = z.looseObject({
  spec: z.looseObject({
    target: z.looseObject({ name: z.string() }),
    data: z.array(z.looseObject({ secretKey: z.string() })),
  }),
});
const triggerAuthentication = z.looseObject({
  spec: z.looseObject({ secretTargetRef: z.array(z.looseObject({ name: z.string(), key: z.string() })).default([]) }),
});
const route = z.looseObject({
  spec: z.looseObject({
    rules: z.array(
      z.looseObject({
        matches: z.array(z.looseObject({ path: z.looseObject({ value: z.string() }).optional() })).default([]),
        backendRefs: z.array(z.looseObject({ name: z.string(), port: z.number(), weight: z.number().default(1) })),
      }),
    ),
  }),
});

/** That whatever is named is there. */
export function checkReferences(resources: readonly Resource[]): Finding[] {
  return [
    ...checkConfig(resources),
    ...checkSecrets(resources),
    ...checkServices(resources),
    ...checkRoutes(resources),
  ];
}

function checkConfig(resources: readonly Resource[]): Finding[] {
  const maps = namesOf(resources, 'ConfigMap');
  return workloadsOf(resources).flatMap(({ resource, containers }) =>
    containers
      .flatMap(({ envFrom }) => envFrom.flatMap(({ configMapRef }) => configMapRef?.name ?? []))
      .filter((name) => !maps.has(name))
      .map((name) => finding('missing-config', resource, `reads ConfigMap ${name}, which does not exist`)),
  );
}

/** Where secrets come from a store. Where they are made by hand, nobody can know. */
function checkSecrets(resources: readonly Resource[]): Finding[] {
  const made = resources
    .filter(({ kind }) => kind === 'ExternalSecret')
    .map((each) => externalSecret.parse(each).spec)
    .flatMap(({ target, data }) => data.map(({ secretKey }) => `${target.name}/${secretKey}`));
  if (made.length === 0) return [];
  const asked = [
    ...workloadsOf(resources).flatMap(({ resource, containers }) =>
      containers.flatMap(secretKeys).map((key) => ({ resource, key })),
    ),
    ...resources
      .filter(({ kind }) => kind === 'TriggerAuthentication')
      .flatMap((resource) =>
        triggerAuthentication
          .parse(resource)
          .spec.secretTargetRef.map(({ name, key }) => ({ resource, key: `${name}/${key}` })),
      ),
  ];
  return asked
    .filter(({ key }) => !made.includes(key))
    .map(({ resource, key }) => finding('missing-secret', resource, `asks for ${key}, which no ExternalSecret makes`));
}

/** What a container takes from Secrets, as `secret/key`. */
function secretKeys({ env }: Container): string[] {
  return env.flatMap(({ valueFrom }) => {
    const from = valueFrom?.secretKeyRef;
    return from === undefined ? [] : [`${from.name}/${from.key}`];
  });
}

function checkServices(resources: readonly Resource[]): Finding[] {
  const pods = workloadsOf(resources).map(({ pod }) => pod.metadata.labels);
  return resources
    .filter(({ kind }) => kind === 'Service')
    .filter((each) => {
      const matchLabels = service.parse(each).spec.selector;
      return !pods.some((labels) => selects({ matchLabels, matchExpressions: [] }, labels));
    })
    .map((each) => finding('service-of-nobody', each, 'has no pods'));
}

function checkRoutes(resources: readonly Resource[]): Finding[] {
  const ports = new Set(
    resources
      .filter(({ kind }) => kind === 'Service')
      .flatMap((each) => service.parse(each).spec.ports.map(({ port }) => `${each.metadata.name}:${port}`)),
  );
  return resources
    .filter(({ kind }) => kind === 'HTTPRoute')
    .flatMap((each) =>
      route
        .parse(each)
        .spec.rules.flatMap(({ backendRefs }) => [
          ...backendRefs
            .filter(({ name, port }) => !ports.has(`${name}:${port}`))
            .map(({ name, port }) =>
              finding('route-to-nowhere', each, `leads to ${name}:${port}, which does not exist`),
            ),
          ...(backendRefs.reduce((sum, { weight }) => sum + weight, 0) === 100
            ? []
            : [finding('weights', each, 'has weights that are not percent')]),
        ]),
    );
}

/** What a gateway lets in to the route of that name. */
export function publicPrefixes(resources: readonly Resource[], name: string): string[] {
  return resources
    .filter(({ kind, metadata }) => kind === 'HTTPRoute' && metadata.name === name)
    .flatMap((each) => route.parse(each).spec.rules)
    .flatMap(({ matches }) => matches.flatMap(({ path }) => path?.value ?? []));
}

function namesOf(resources: readonly Resource[], wanted: string): Set<string> {
  return new Set(resources.filter(({ kind }) => kind === wanted).map(({ metadata }) => metadata.name));
}
