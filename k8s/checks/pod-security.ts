import { finding, type Finding } from './finding.ts';
import type { Resource } from './resource.ts';
import { type Container, type Workload, workloadsOf } from './workload.ts';

/** The pod security standard "restricted", and besides it a root file system that is only read and no token of the cluster's. */
export function checkPodSecurity(resources: readonly Resource[]): Finding[] {
  return [
    ...workloadsOf(resources).flatMap((workload) => [
      ...ofPod(workload),
      ...workload.containers.flatMap((container) => [...ofContainer(workload, container)]),
    ]),
    ...resources
      .filter(({ kind, metadata }) => {
        return kind === 'Namespace' && metadata.labels['pod-security.kubernetes.io/enforce'] !== 'restricted';
      })
      .map((each) => finding('namespace-not-restricted', each, 'does not have pod security "restricted" enforced')),
  ];
}

function* ofPod({ resource, pod: { spec } }: Workload): Generator<Finding> {
  if (spec.automountServiceAccountToken !== false) {
    yield finding('api-token', resource, 'is given a token for the API of the cluster, which nothing here asks');
  }
  const host = spec.hostNetwork === true || spec.hostPID === true || spec.hostIPC === true;
  if (host || spec.volumes.some(({ hostPath }) => hostPath !== undefined)) {
    yield finding('host-access', resource, 'reaches into the machine that it runs on');
  }
}

function* ofContainer({ resource, pod: { spec } }: Workload, { name, securityContext }: Container): Generator<Finding> {
  const context = { ...spec.securityContext, ...securityContext };
  if (context.runAsNonRoot !== true || context.runAsUser === 0) {
    yield finding('runs-as-root', resource, `${name} may be root`);
  }
  if (context.allowPrivilegeEscalation !== false || context.privileged === true) {
    yield finding('privilege-escalation', resource, `${name} can gain privileges`);
  }
  if (context.capabilities?.drop.includes('ALL') !== true || context.capabilities.add.length > 0) {
    yield finding('capabilities', resource, `${name} keeps capabilities`);
  }
  if (!['RuntimeDefault', 'Localhost'].includes(context.seccompProfile?.type ?? '')) {
    yield finding('no-seccomp', resource, `${name} may make every system call`);
  }
  if (context.readOnlyRootFilesystem !== true) {
    yield finding('writable-root', resource, `${name} can change its own files`);
  }
}
