import type { Toxic } from '../proxy/toxic.ts';
import type { Backend, Fault, PushName, WorkerName } from './fault.ts';
import type { Random } from './random.ts';

const PUSH: readonly PushName[] = ['api', 'worker-1', 'worker-2'];
const WORKERS: readonly WorkerName[] = ['worker-1', 'worker-2'];

type Draw = (random: Random) => Fault;

/** Faults after which everything is as before within seconds; the last ones of a schedule are of these. */
export function quickFaults(backend: Backend): readonly Draw[] {
  const everywhere: Draw[] = [
    (random) => ({ kind: 'kill', service: random.pick(['api', 'auth', 'events']) }),
    (random) => ({ kind: 'crash-postgres', how: random.pick(['immediate', 'kill']) }),
    (random) => ({
      kind: 'cut-after-commit',
      service: random.pick(PUSH),
      times: random.between(1, 4),
      ms: 2_000,
    }),
    (random) => ({ kind: 'network', service: random.pick(PUSH), to: 'postgres', toxic: resets(random), ms: 2_000 }),
  ];
  if (backend === 'postgres') return everywhere;
  return [
    ...everywhere,
    () => ({ kind: 'flush-redis' }),
    () => ({ kind: 'replace-redis' }),
    (random) => ({ kind: 'kill-redis', loses: random.next() < 0.5, ms: random.between(0, 1_000) }),
    (random) => ({ kind: 'network', service: random.pick(PUSH), to: 'redis', toxic: resets(random), ms: 2_000 }),
  ];
}

/** Faults that a system needs a while to get over: dead workers' leases run out, retries wait, partitions heal. */
export function slowFaults(backend: Backend): readonly Draw[] {
  const servers: readonly Backend[] = backend === 'redis' ? ['redis', 'postgres'] : ['postgres'];
  return [
    (random) => ({ kind: 'kill', service: random.pick(WORKERS) }),
    (random) => ({ kind: 'kill', service: random.pick(WORKERS) }),
    (random) => ({ kind: 'provider', trouble: 'unavailable', share: 0.2, ms: random.between(2_000, 4_000) }),
    (random) => ({ kind: 'provider', trouble: 'too-many-requests', share: 0.2, ms: random.between(2_000, 4_000) }),
    () => ({ kind: 'provider', trouble: 'goaway', share: 1, ms: 1_000 }),
    () => ({ kind: 'provider', trouble: 'cut', share: 1, ms: 1_000 }),
    (random) => ({ kind: 'provider', trouble: 'reset', share: 0.1, ms: random.between(1_000, 3_000) }),
    (random) => ({ kind: 'provider', trouble: 'black-hole', share: 1, ms: random.between(1_000, 3_000) }),
    () => ({ kind: 'provider', trouble: 'did-it-then-silence', share: 0.02, ms: 2_000 }),
    (random) => ({ kind: 'clock', service: random.pick(PUSH), byMs: random.pick([60_000, -60_000]), ms: 5_000 }),
    (random) => ({
      kind: 'network',
      service: random.pick(PUSH),
      to: random.pick(servers),
      toxic: random.pick(LASTING_TOXICS),
      ms: random.between(2_000, 6_000),
    }),
    () => ({ kind: 'no-partition', ms: 3_000 }),
    ...(backend === 'redis' ? [(): Fault => ({ kind: 'pause-redis', ms: 4_000 })] : []),
  ];
}

/** Faults of 40 seconds and more, each for long runs only. */
export function longFaults(backend: Backend): readonly Draw[] {
  return [
    (random) => ({ kind: 'pause', service: random.pick(WORKERS), ms: 40_000 }),
    () => ({ kind: 'disk-full', ms: 6_000 }),
    ...(backend === 'redis' ? [(): Fault => ({ kind: 'kill-redis', loses: true, ms: 60_000 })] : []),
  ];
}

const LASTING_TOXICS: readonly Toxic[] = [
  { toxic: 'latency', ms: 200 },
  { toxic: 'partition', way: 'both' },
  { toxic: 'partition', way: 'up' },
  { toxic: 'partition', way: 'down' },
  { toxic: 'half-open' },
  { toxic: 'trickle', bytesPerSecond: 1 },
];

function resets(random: Random): Toxic {
  return { toxic: 'reset', share: random.pick([0.05, 0.5, 1]) };
}
