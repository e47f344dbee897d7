import type { Sql } from '@signalbox/database';
import { databaseCheck } from '../database-check.js';
import { counted, spoken } from '../durations.js';
import { type Finding, teller } from '../finding.js';
import { IDLE_IN_TRANSACTION, REPLICAS, SERVER_FACTS } from './server.queries.js';

export interface ServerFacts {
  readonly version: number;
  readonly fsync: string;
  readonly fullPageWrites: string;
  readonly synchronousCommit: string;
  readonly autovacuum: string;
  readonly standbyNames: string;
  readonly maxConnections: number;
  readonly reserved: number | null;
  readonly maxLocks: number;
  readonly maxPrepared: number;
  readonly inRecovery: boolean;
  readonly oldestXidAge: number;
  readonly connected: number;
  readonly partitionRelations: number;
  readonly idle: readonly { readonly name: string; readonly pid: number; readonly seconds: number }[];
  readonly replicas: readonly Replica[];
}

export interface Replica {
  readonly name: string;
  readonly state: string;
  readonly syncState: string;
  readonly lagSeconds: number | null;
}

/** The major version that everything was tried on. */
const TRIED = 18;
/** Transactions after which autovacuum should long have frozen; at two thousand million the server stops writing. */
const OLD_XIDS = 500_000_000;
const ENDING_XIDS = 1_500_000_000;
const IDLE_SECONDS = 30;
const LAG_SECONDS = 30;
/** Statements over all days that run at once, at a guess on the safe side. */
const WIDE_STATEMENTS = 8;

const told = teller('postgres');

export const serverCheck = databaseCheck({
  name: 'postgres',
  read: async (sql: Sql): Promise<ServerFacts> => {
    const facts = await sql.query<Omit<ServerFacts, 'idle' | 'replicas'>>(SERVER_FACTS);
    const idle = await sql.query<ServerFacts['idle'][number]>(IDLE_IN_TRANSACTION, [IDLE_SECONDS]);
    const replicas = await sql.query<Replica>(REPLICAS);
    return { ...facts.rows[0]!, idle: idle.rows, replicas: replicas.rows };
  },
  judge: (facts, { connections }) => [
    ...judgeDurability(facts),
    judgeConnections(facts, connections),
    judgeLocks(facts),
    ...judgeUpkeep(facts),
    ...judgeReplicas(facts),
  ],
});

/** Whether what was committed outlives a crash. */
export function judgeDurability(facts: ServerFacts): Finding[] {
  const major = Math.floor(facts.version / 10_000);
  const off = (
    [
      ['fsync', facts.fsync],
      ['full_page_writes', facts.fullPageWrites],
      ['synchronous_commit', facts.synchronousCommit],
    ] as const
  ).filter(([, value]) => value === 'off');
  const remedy = 'set it to on and reload: what was answered with 202 may be lost in a crash until then';
  const findings = off.map(([name]) => told.wrong(`${name} is off`, remedy, 'postgres-down.md'));
  if (facts.inRecovery) {
    findings.push(told.wrong('this server is a standby: it takes no writes', 'point DATABASE_URL at the primary'));
  }
  if (major !== TRIED) {
    findings.push(told.warning(`Postgres ${major}`, `run Postgres ${TRIED}: nothing else was tried`));
  }
  const seen = `Postgres ${major}, fsync, full_page_writes and synchronous_commit are on`;
  return findings.length > 0 ? findings : [told.ok(seen)];
}

/** Whether every pool can be filled. `wanted`: what the services may open; undefined when they did not say. */
export function judgeConnections(facts: ServerFacts, wanted: number | undefined): Finding {
  const room = facts.maxConnections - (facts.reserved ?? 0);
  const remedy = 'raise max_connections of Postgres, or run fewer processes';
  if (wanted === undefined) {
    const seen = `${facts.connected} of ${room} connections are open; what the services may open is not known`;
    return facts.connected > room * 0.9 ? told.warning(seen, remedy) : told.ok(seen);
  }
  const seen = `the processes that answered may open ${wanted} connections, Postgres takes ${room}; ${facts.connected} are open`;
  if (wanted > room) return told.wrong(seen, remedy);
  return wanted > room * 0.9 || facts.connected > room * 0.9 ? told.warning(seen, remedy) : told.ok(seen);
}

/** A statement that reads all days locks each partition and each of its indexes. */
export function judgeLocks({ partitionRelations, maxLocks, maxConnections, maxPrepared }: ServerFacts): Finding {
  const room = maxLocks * (maxConnections + maxPrepared);
  const seen = `a statement over all days takes ${partitionRelations} locks, and there is room for ${room}`;
  const remedy = 'raise max_locks_per_transaction, which needs a restart of Postgres, or keep fewer days';
  if (partitionRelations > room) return told.wrong(seen, remedy);
  return partitionRelations * WIDE_STATEMENTS > room ? told.warning(seen, remedy) : told.ok(seen);
}

/** Whether the server is kept clean, and nobody keeps it from being cleaned. */
export function judgeUpkeep({ autovacuum, oldestXidAge, idle }: ServerFacts): Finding[] {
  const findings: Finding[] = [];
  if (autovacuum !== 'on') {
    findings.push(told.wrong('autovacuum is off', 'turn it on: work tables grow without it until they are slow'));
  }
  const millions = `the oldest transaction id is ${Math.round(oldestXidAge / 1e6)} million old`;
  const freeze =
    'find what keeps autovacuum from freezing (old transactions, replication slots), and run VACUUM (FREEZE)';
  if (oldestXidAge > ENDING_XIDS) findings.push(told.wrong(millions, freeze));
  else if (oldestXidAge > OLD_XIDS) findings.push(told.warning(millions, freeze));
  for (const { name, pid, seconds } of idle) {
    const seen = `session ${pid} (${name || 'unnamed'}) has been idle in a transaction for ${spoken(seconds)}`;
    findings.push(told.warning(seen, `end it: SELECT pg_terminate_backend(${pid}); it holds back the event feed`));
  }
  return findings.length > 0 ? findings : [told.ok('autovacuum is on, and no session sits idle in a transaction')];
}

/** Replicas, if there are any: how far they are behind, and whether commits wait for one that is not there. */
export function judgeReplicas({ replicas, standbyNames }: ServerFacts): Finding[] {
  const waitsInVain = standbyNames !== '' && !replicas.some(({ syncState }) => ['sync', 'quorum'].includes(syncState));
  const findings = replicas
    .filter(({ state, lagSeconds }) => state !== 'streaming' || (lagSeconds ?? 0) > LAG_SECONDS)
    .map(({ name, state, lagSeconds }) =>
      told.warning(
        `replica ${name} is ${state} and ${spoken(lagSeconds ?? 0)} behind`,
        'look at its disk and network: a failover now loses what it lags',
      ),
    );
  if (waitsInVain) {
    const remedy = 'bring the standby back, or empty synchronous_standby_names: every commit waits for it';
    return [told.wrong('synchronous_standby_names is set, and no standby is synchronous', remedy), ...findings];
  }
  if (findings.length > 0 || replicas.length === 0) return findings;
  return [told.ok(`${counted(replicas.length, 'replica streams', 'replicas stream')}, none is far behind`)];
}
