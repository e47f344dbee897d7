import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as lasting } from 'node:timers/promises';
import { ClientLog } from './load/client-log.ts';
import { runLoad } from './load/load.ts';
import { balance } from './oracle/account.ts';
import { readArrivals, type Arrival } from './oracle/arrivals.ts';
import { readClientLog, type ClientRecord } from './oracle/client-record.ts';
import { compareNeighbours, type Neighbours } from './oracle/neighbours.ts';
import { MemoryWatch } from './oracle/memory.ts';
import { openProduct } from './product/open-product.ts';
import { isOfTroubledApp } from './product/product.ts';
import type { Result } from './report/result.ts';
import { lastingOf } from './schedule/fault.ts';
import type { Plan } from './schedule/plan.ts';
import { randomFrom } from './schedule/random.ts';
import { soothe } from './strike/provider-faults.ts';
import type { Restart } from './strike/restart.ts';
import type { Scene } from './strike/scene.ts';
import { strike } from './strike/strike.ts';
import { Journal } from './system/journal.ts';
import type { Guard } from './system/service.ts';
import { startSystem, type System } from './system/system.ts';

export interface RunOptions {
  readonly plan: Plan;
  readonly product: Result['product'];
  /** Made when missing; what is in it stays for whoever follows a finding up. */
  readonly folder: string;
  readonly tell: (line: string) => void;
  readonly guard: Guard;
  /** Hears of the running system, so that whoever is interrupted can stop it. */
  readonly onStart?: (system: System) => void;
  /** Milliseconds that work may still be owed after the end before the run counts as stuck. */
  readonly patience?: number;
}

const CLIENT_PATIENCE_MS = 60_000;

/** Plays one plan against one product on one backend, waits until nothing is owed, and balances the books. */
export async function run(options: RunOptions): Promise<Result> {
  const { plan, product, folder, guard } = options;
  await mkdir(folder, { recursive: true });
  const journal = new Journal(options.tell);
  const ownDisk = plan.faults.some(({ fault }) => fault.kind === 'disk-full');
  const { backend, seed } = plan;
  const system = await startSystem({ folder, backend, seed, product, ownDisk, journal, guard });
  options.onStart?.(system);
  try {
    return await play(system, options, journal);
  } finally {
    await system.stop();
  }
}

async function play(
  system: System,
  { plan, product, folder, patience }: RunOptions,
  journal: Journal,
): Promise<Result> {
  const tested = await openProduct(system, plan);
  await soothe(system);
  const clientLog = join(folder, 'client.ndjson');
  const log = await ClientLog.open(clientLog);
  const memory = new MemoryWatch();
  memory.start(Object.values(system.services));
  const restarts: Restart[] = [];
  const findings: string[] = [];
  const scene: Scene = {
    system,
    door: tested.door,
    log,
    onRestart(restart) {
      restarts.push(restart);
      journal.add('work of the dead was taken over', restart);
    },
    find: (finding) => findings.push(finding),
  };

  journal.begin();
  const load = runLoad({
    door: tested.door,
    log,
    random: randomFrom(plan.seed + 1),
    count: plan.accept,
    lasting: plan.lasting,
    users: tested.users,
    patience: CLIENT_PATIENCE_MS,
  });
  await Promise.all([load, ...plan.faults.map((timed) => strikeAt(timed, scene, journal))]);
  const tookMs = journal.now();
  journal.add('load and faults are over', { asked: plan.accept });
  const drainedMs = await untilNothingIsOwed(() => tested.owed(), patience ?? Math.max(120_000, plan.drainWithin));
  journal.add('nothing is owed', { drainedMs });
  await log.close();

  const [clients, arrivals] = await Promise.all([readClientLog(clientLog), readArrivals(system.oracleLog)]);
  const { outcomes, invariant } = await tested.books();
  await tested.close();
  return {
    product,
    plan,
    account: balance(clients, arrivals, outcomes),
    invariant,
    findings,
    neighbours: neighboursOf(plan, journal, clients, arrivals),
    restarts,
    drainedMs,
    tookMs,
    memory: memory.stop(),
    deaths: journal.deaths,
    cutsAfterCommit: Object.values(system.proxies).reduce((sum, { postgres }) => sum + postgres.cuts, 0),
    notPlayed:
      system.disk || !plan.faults.some(({ fault }) => fault.kind === 'disk-full')
        ? []
        : ['disk-full: mounting is not permitted'],
    journal: journal.entries,
  };
}

async function strikeAt({ at, fault }: Plan['faults'][number], scene: Scene, journal: Journal): Promise<void> {
  await lasting(Math.max(0, at - journal.now()));
  const { kind, ...detail } = fault;
  journal.add(kind, detail);
  await strike(fault, scene);
  journal.add(`${kind} is over`, 'service' in fault ? { service: fault.service } : undefined);
}

/** @returns milliseconds until nothing was owed, or undefined when patience ended first. */
async function untilNothingIsOwed(owed: () => Promise<number>, patience: number): Promise<number | undefined> {
  const began = performance.now();
  for (; performance.now() - began < patience; await lasting(50)) {
    if ((await owed().catch(() => 1)) === 0) return Math.round(performance.now() - began);
  }
  return undefined;
}

function neighboursOf(
  { faults }: Plan,
  { startedAt }: Journal,
  clients: ReadonlyMap<string, ClientRecord>,
  arrivals: ReadonlyMap<string, readonly Arrival[]>,
): Neighbours | undefined {
  const troubles = faults.filter(({ fault }) => fault.kind === 'tenant');
  const [first, last] = [troubles[0], troubles.at(-1)];
  if (!first || !last) return undefined;
  const trouble = { from: startedAt + first.at, to: startedAt + last.at + lastingOf(last.fault) };
  return compareNeighbours(clients, arrivals, (user) => !isOfTroubledApp(Number(user.split('-')[1])), trouble);
}
