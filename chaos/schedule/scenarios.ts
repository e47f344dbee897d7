import type { Backend, Fault, TimedFault } from './fault.ts';
import type { Plan } from './plan.ts';
import { randomFrom, type Random } from './random.ts';
import { Timetable } from './timetable.ts';

/** One named row of the fault plan; `why` of those that cannot be played says so instead. */
export interface Scenario {
  readonly id: string;
  readonly what: string;
  /** Milliseconds that it needs at least. */
  readonly needs: number;
  readonly on: readonly Backend[];
  readonly drainWithin: number;
  readonly alwaysAccepts?: boolean;
  readonly apps?: 1 | 2;
  readonly faults: (lasting: number, random: Random) => readonly TimedFault[];
}

const BOTH: readonly Backend[] = ['redis', 'postgres'];
const S = 1_000;

/** Draws faults at a distance that varies between `gap[0]` and `gap[1]` until only `calm` is left. */
function again(draw: (random: Random) => Fault, gap: readonly [number, number], calm = 0): Scenario['faults'] {
  return (lasting, random) => {
    const table = new Timetable();
    for (let at = gap[0]; at < lasting - calm; at += random.between(...gap)) table.add(at, draw(random), lasting);
    return table.faults;
  };
}

/** The same faults at the same times, from the start. */
function once(...faults: readonly TimedFault[]): Scenario['faults'] {
  return () => faults;
}

const push = ['api', 'worker-1', 'worker-2'] as const;
const workers = ['worker-1', 'worker-2'] as const;

export const SCENARIOS: readonly Scenario[] = [
  {
    id: 'F1',
    what: 'SIGKILL of a random process every 2 to 4 s',
    needs: 20 * S,
    on: BOTH,
    // A worker that dies last leaves leases of 15 s.
    drainWithin: 20 * S,
    faults: again((random) => ({ kind: 'kill', service: random.pick([...push, 'auth', 'events']) }), [2 * S, 4 * S]),
  },
  {
    id: 'F2',
    what: 'FLUSHALL every 6 s',
    needs: 20 * S,
    on: ['redis'],
    drainWithin: 10 * S,
    faults: again(() => ({ kind: 'flush-redis' }), [6 * S, 6 * S]),
  },
  {
    id: 'F3',
    what: 'Redis killed, all it held lost, away for 60 s',
    needs: 70 * S,
    on: ['redis'],
    drainWithin: 30 * S,
    alwaysAccepts: true,
    faults: once({ at: 5 * S, fault: { kind: 'kill-redis', loses: true, ms: 60 * S } }),
  },
  {
    id: 'F4',
    what: 'failover to an empty Redis every 8 s (acknowledged writes gone; Sentinel itself is not supported yet)',
    needs: 20 * S,
    on: ['redis'],
    drainWithin: 10 * S,
    faults: again(() => ({ kind: 'replace-redis' }), [8 * S, 8 * S]),
  },
  {
    id: 'F6',
    what: 'Postgres crashes every 5 to 10 s',
    needs: 20 * S,
    on: BOTH,
    drainWithin: 10 * S,
    faults: again((random) => ({ kind: 'crash-postgres', how: random.pick(['immediate', 'kill']) }), [5 * S, 10 * S]),
  },
  {
    id: 'F7',
    what: 'connections cut after COMMIT was sent',
    needs: 15 * S,
    on: BOTH,
    drainWithin: 10 * S,
    faults: again((random) => ({ kind: 'cut-after-commit', service: random.pick(push), times: 5, ms: 1 * S }), [S, S]),
  },
  {
    id: 'F8',
    what: '200 ms latency, 5 % resets, half-open connections, 1 byte a second',
    needs: 40 * S,
    on: BOTH,
    drainWithin: 15 * S,
    faults: (lasting, random) => toxics(lasting, random, ['latency', 'reset', 'half-open', 'trickle']),
  },
  {
    id: 'F9',
    what: 'a worker cut off from Redis only, from Postgres only, one way and both',
    needs: 40 * S,
    on: BOTH,
    // A worker whose Postgres is gone leaves leases of 15 s.
    drainWithin: 20 * S,
    faults: (lasting, random) => toxics(lasting, random, ['partition']),
  },
  {
    id: 'F10',
    what: 'clocks of +60 s and -60 s, and a worker that returns after 40 s of SIGSTOP',
    needs: 60 * S,
    on: BOTH,
    drainWithin: 10 * S,
    faults: once(
      { at: 2 * S, fault: { kind: 'pause', service: 'worker-1', ms: 40 * S } },
      { at: 4 * S, fault: { kind: 'clock', service: 'worker-2', byMs: 60 * S, ms: 8 * S } },
      { at: 8 * S, fault: { kind: 'clock', service: 'api', byMs: -60 * S, ms: 8 * S } },
      { at: 20 * S, fault: { kind: 'clock', service: 'worker-2', byMs: -60 * S, ms: 8 * S } },
      { at: 32 * S, fault: { kind: 'clock', service: 'api', byMs: 60 * S, ms: 8 * S } },
      { at: 45 * S, fault: { kind: 'no-partition', ms: 5 * S } },
    ),
  },
  {
    id: 'F11',
    what: 'the disk of Postgres full for 6 s, twice',
    needs: 30 * S,
    on: BOTH,
    drainWithin: 10 * S,
    faults: once(
      { at: 4 * S, fault: { kind: 'disk-full', ms: 6 * S } },
      { at: 18 * S, fault: { kind: 'disk-full', ms: 6 * S } },
    ),
  },
  {
    id: 'F12',
    what: 'the provider hangs, refuses, or fails half of the time for one app; the other must not feel it',
    needs: 60 * S,
    on: BOTH,
    // The one in trouble recovers at the pace of its retry budget, without a burst.
    drainWithin: 240 * S,
    apps: 2,
    faults: (lasting) => {
      const third = Math.floor((lasting - 21 * S) / 3);
      return (['hang', 'too-many-requests', 'half-errors'] as const).map((trouble, turn) => ({
        at: 20 * S + turn * third,
        fault: { kind: 'tenant', trouble, ms: third - 4 * S },
      }));
    },
  },
  {
    id: 'F13',
    what: 'a message whose sending kills both workers, again and again, until it is given up',
    needs: 240 * S,
    on: BOTH,
    drainWithin: 20 * S,
    faults: once({ at: 5 * S, fault: { kind: 'poison', ms: 230 * S } }),
  },
];

/** Rows of the plan that are played elsewhere, or not at all. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  F5: 'needs Redis Cluster, whose addresses are not taken yet',
  F16: 'deterministic crash points: e2e/crash-points.test.ts',
};

function toxics(lasting: number, random: Random, kinds: readonly string[]): readonly TimedFault[] {
  const all = [
    { toxic: 'latency', ms: 200 },
    { toxic: 'reset', share: 0.05 },
    { toxic: 'half-open' },
    { toxic: 'trickle', bytesPerSecond: 1 },
    { toxic: 'partition', way: 'both' },
    { toxic: 'partition', way: 'up' },
    { toxic: 'partition', way: 'down' },
  ] as const;
  const own = all.filter(({ toxic }) => kinds.includes(toxic));
  const table = new Timetable();
  let turn = 0;
  for (let at = 2 * S; at < lasting; at += 3 * S, turn += 1) {
    const toxic = own[turn % own.length]!;
    const service = kinds.includes('partition') ? random.pick(workers) : random.pick(push);
    table.add(at, { kind: 'network', service, to: random.pick(['redis', 'postgres']), toxic, ms: 6 * S }, lasting);
  }
  return table.faults;
}

/** @returns the plan of one scenario on one backend; undefined when that backend does not know its trouble. */
export function scenarioPlan(
  scenario: Scenario,
  { backend, seed, minutes, accept }: { backend: Backend; seed: number; minutes: number; accept: number },
): Plan | undefined {
  if (!scenario.on.includes(backend)) return undefined;
  const lasting = Math.max(Math.round(minutes * 60_000), scenario.needs);
  const isPossible = ({ fault }: TimedFault): boolean =>
    !(fault.kind === 'network' && fault.to !== 'postgres' && backend === 'postgres');
  return {
    name: scenario.id,
    backend,
    seed,
    lasting,
    faults: scenario.faults(lasting, randomFrom(seed)).filter(isPossible),
    accept,
    drainWithin: scenario.drainWithin,
    apps: scenario.apps ?? 1,
    alwaysAccepts: scenario.alwaysAccepts ?? false,
  };
}
