import { z } from 'zod';
import { forgottenOf, unknownTo } from '../../scripts/deployment/variables.ts';
import { finding, type Finding } from './finding.ts';
import { LEAST_GRACE } from './pod-life.ts';
import type { Resource } from './resource.ts';
import { type Workload, workloadsOf } from './workload.ts';

const configMap = z.looseObject({ data: z.record(z.string(), z.string()).default({}) });

const SECRET = /TOKEN$|PASSWORD$|MASTER_KEY$|SECRET$|DATABASE_URL$|REDIS_URL$|SMTP_URL$/;

/** What a process is told: names that its config.ts reads, all that it needs, and no secret where everybody can read it. */
export function checkSettings(resources: readonly Resource[]): Finding[] {
  const maps = new Map(
    resources
      .filter(({ kind }) => kind === 'ConfigMap')
      .map((each) => [each.metadata.name, configMap.parse(each).data] as const),
  );
  return workloadsOf(resources).flatMap((workload) => {
    const { resource, app } = workload;
    const { plain, names } = told(workload, maps);
    const open = plain.filter(([name, value]) => SECRET.test(name) && value !== '').map(([name]) => name);
    const wrong = open.map((name) =>
      finding('secret-in-plain', resource, `${name} can be read by whoever reads manifests`),
    );
    if (app === undefined) return wrong;
    return [
      ...wrong,
      ...stopInTime(workload, plain),
      ...unknownTo(app, names).map((name) => finding('unknown-variable', resource, `${app} does not read ${name}`)),
      ...forgottenOf(app, names).map((name) => finding('forgotten-variable', resource, `${app} needs ${name}`)),
    ];
  });
}

/** What config.ts says unless told. Seconds. */
const STOP_SECONDS = 45;

/** A process that does not end by itself says why, which one that is killed cannot. */
function* stopInTime({ resource, pod, containers, app, kind }: Workload, plain: Plain): Generator<Finding> {
  if (kind !== 'Deployment' || app === 'sandbox') return;
  const { terminationGracePeriodSeconds: grace } = pod.spec;
  const before = containers[0]?.lifecycle?.preStop?.sleep?.seconds ?? 0;
  const stop = Number(plain.findLast(([name]) => name === 'STOP_SECONDS')?.[1] ?? STOP_SECONDS);
  // A grace period that is short in any case has a rule of its own.
  if (grace < LEAST_GRACE || before + stop < grace) return;
  const says = `waits ${before} s, stops for up to ${stop} s, and is killed after ${grace} s`;
  yield finding('killed-while-stopping', resource, says);
}

type Plain = readonly (readonly [name: string, value: string])[];

/** Every variable of the containers, and with its value what stands in the manifests. */
function told({ containers }: Workload, maps: ReadonlyMap<string, Readonly<Record<string, string>>>) {
  const plain = containers.flatMap(({ env, envFrom }): [string, string][] => [
    ...envFrom.flatMap(({ configMapRef }) => Object.entries(maps.get(configMapRef?.name ?? '') ?? {})),
    ...env.flatMap(({ name, value }): [string, string][] => (value === undefined ? [] : [[name, value]])),
  ]);
  const names = [...plain.map(([name]) => name), ...containers.flatMap(({ env }) => env.map(({ name }) => name))];
  return { plain, names: [...new Set(names)] };
}
