import { firstUuidAt, type Uuid } from '@signalbox/contracts';
import type { ApnsCredential } from '@signalbox/credentials';
import { type Database, openDatabase } from '@signalbox/database';
import type { RunningProcess } from '@signalbox/process-control';
import type { Machine } from '../machine/machine.ts';
import type { Sink } from '../machine/start-sink.ts';
import type { Figures } from '../measure/comparison.ts';
import { type PushUnderLoad, startPush } from '../push/push-under-load.ts';
import { CLEAR_AWAY, FORGET_SINCE, FORGET_WORK } from './growth.queries.ts';

/** Of either system: those who get something when deliveries are measured. */
export const USERS_OF_ROUND = 20_000;
/** To fill ten million rows, and to vacuum them. */
const PATIENCE_MS = 3_600_000;

export interface SystemOptions {
  readonly name: 'small' | 'large';
  /** Number of its Redis database. */
  readonly redis: number;
  /** Each has a phone; see `fillRegistry` for those above USERS_OF_ROUND. */
  readonly users: number;
  /** For how long it has been there. */
  readonly days: number;
  readonly apple: ApnsCredential;
}

/** One of the two that are compared: the push service with a past. */
export interface System extends Pick<SystemOptions, 'name' | 'redis' | 'users' | 'days'> {
  readonly push: PushUnderLoad;
  readonly api: RunningProcess;
  /** Routes and sends; stopped, unless deliveries are measured. */
  readonly worker: RunningProcess;
  /** For what takes minutes. */
  readonly patient: Database;
  /** Does the work of a round, and takes away what it has left; `since` is the least id that it can make. */
  readonly round: (work: (since: Uuid) => Promise<Figures>) => Promise<Figures>;
}

export interface Pair {
  readonly machine: Machine;
  readonly sink: Sink;
  readonly systems: readonly System[];
}

export async function startSystem(machine: Machine, options: SystemOptions): Promise<System> {
  const { name, redis, users, days, apple } = options;
  const push = await startPush(machine, {
    name: databaseOf(name),
    redis,
    roles: ['api', 'route,apns'],
    apple: { secret: apple, phones: USERS_OF_ROUND },
  });
  const [api, worker] = push.processes;
  await worker!.stop();
  const url = await machine.databaseUrl(databaseOf(name));
  const patient = openDatabase({ url, name: 'bench', statementTimeout: PATIENCE_MS, onIdleError: () => undefined });
  machine.onStop(() => patient.close());
  return {
    ...{ name, redis, users, days, push, patient },
    api: api!,
    worker: worker!,
    async round(work) {
      const since = firstUuidAt(Date.now());
      const figures = await work(since);
      for (const statement of FORGET_SINCE) await patient.query(statement, [since]);
      await patient.query(FORGET_WORK);
      await patient.query(CLEAR_AWAY);
      return figures;
    },
  };
}

export const databaseOf = (name: SystemOptions['name']): string => `growth_${name}`;
