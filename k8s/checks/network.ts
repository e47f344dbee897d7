import { z } from 'zod';
import { finding, type Finding } from './finding.ts';
import { type Labels, type Resource, selector, selects } from './resource.ts';

const peer = z.looseObject({
  ipBlock: z.looseObject({ cidr: z.string(), except: z.array(z.string()).default([]) }).optional(),
});
const policy = z.looseObject({
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({
    podSelector: selector,
    policyTypes: z.array(z.enum(['Ingress', 'Egress'])).default([]),
    egress: z
      .array(z.looseObject({ to: z.array(peer).default([]), ports: z.array(z.unknown()).default([]) }))
      .default([]),
    ingress: z.array(z.looseObject({ from: z.array(peer).default([]) })).default([]),
  }),
});

/** Among others the address at which a cloud tells any of its machines its credentials. */
const NOT_THE_WORLD = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '100.64.0.0/10',
  '127.0.0.0/8',
];

/** That nothing is open which no policy opens, and that no policy opens everything. */
export function checkNetwork(resources: readonly Resource[]): Finding[] {
  const found = policiesOf(resources).flatMap(({ resource, spec }) => {
    const open: Finding[] = [];
    if (
      spec.egress.some(({ to, ports }) => to.length === 0 || (ports.length === 0 && to.some((each) => each.ipBlock)))
    ) {
      open.push(finding('egress-to-anywhere', resource, 'lets out to every address, or to every port of some'));
    }
    const worlds = spec.egress.flatMap(({ to }) =>
      to.flatMap(({ ipBlock }) => (ipBlock?.cidr.endsWith('/0') ? [ipBlock] : [])),
    );
    if (worlds.some(({ except }) => NOT_THE_WORLD.some((range) => !except.includes(range)))) {
      open.push(finding('egress-to-private', resource, 'leads strangers’ addresses into our own network'));
    }
    if (spec.ingress.some(({ from }) => from.length === 0)) {
      open.push(finding('ingress-from-anywhere', resource, 'lets everybody in'));
    }
    return open;
  });
  const namespace = resources.find(({ kind }) => kind === 'Namespace');
  if (namespace === undefined || policiesOf(resources).some(({ spec }) => deniesEverything(spec))) return found;
  return [...found, finding('no-default-deny', namespace, 'lets pods talk that no policy speaks of')];
}

/** The names of the policies that let a pod out to somewhere; beyond them it reaches nobody. */
export function waysOut(resources: readonly Resource[], labels: Labels): string[] {
  return policiesOf(resources)
    .filter(({ spec }) => spec.egress.length > 0 && selects(spec.podSelector, labels))
    .map(({ resource }) => resource.metadata.name)
    .sort();
}

function policiesOf(resources: readonly Resource[]) {
  return resources
    .filter(({ kind }) => kind === 'NetworkPolicy')
    .map((resource) => ({ resource, spec: policy.parse(resource).spec }));
}

function deniesEverything({ podSelector, policyTypes, egress, ingress }: z.output<typeof policy>['spec']): boolean {
  return selects(podSelector, {}) && policyTypes.length === 2 && egress.length === 0 && ingress.length === 0;
}
