import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { firstUuidAt } from '@signalbox/contracts';
import { type Database, openDatabase } from '@signalbox/database';
import { type CheckName, DATABASE_CHECKS, type Finding, runChecks } from '@signalbox/doctor';
import { PostgresServer } from '@signalbox/embedded-postgres';
import { migrateQueueBackend } from '@signalbox/queues';
import { type Manifest, openBackup, takeBackup } from './backup.ts';
import { OWED } from './backup.queries.ts';
import type { DrillConfig } from './config.ts';
import { type OpenedSeals, tryMasterKey } from './keys.ts';
import { restoreBackup } from './restore.ts';
import { startApi } from './start-api.ts';

export interface DrillOptions {
  readonly repository: string;
  readonly config: DrillConfig;
  /** A backup that was taken before; absent: one is taken now. */
  readonly from?: string | undefined;
  /** Where the backup is kept; absent: it is deleted in the end. */
  readonly keep?: string | undefined;
  readonly say: (line: string) => void;
}

/** What the drill saw. `failures` is empty when the backup can be restored. */
export interface Proof {
  readonly manifest: Manifest;
  readonly failures: readonly string[];
  readonly findings: readonly Finding[];
  readonly seals: OpenedSeals | undefined;
  readonly owed: Owed;
  readonly seconds: { readonly backup: number; readonly restore: number; readonly whole: number };
}

interface Owed {
  readonly rows: number;
  readonly items: number;
  readonly waiting: number;
  readonly outcomes: number;
}

/** What a restored database has to be; the rest of what the doctor sees is of the moment at which the backup was taken. */
const DEMANDED: ReadonlySet<CheckName> = new Set(['migrations', 'feed', 'invariants']);
const LEAVING = ['SIGINT', 'SIGTERM'] as const;
const DAY_MS = 86_400_000;
/** Outcomes are kept for forty days at least. */
const DAYS = 30;
const OFFERED_WITHIN_MS = 10_000;
const STATEMENT_MS = 600_000;

/** Backs up, restores into a server of its own, and looks whether everything is there and works. Delivers nothing. */
export async function drill({ repository, config, from, keep, say }: DrillOptions): Promise<Proof> {
  const began = performance.now();
  const elapsed = (): number => Math.round(performance.now() - began) / 1_000;
  const work = await mkdtemp(join(tmpdir(), 'signalbox-drill-'));
  const prisma = join(repository, 'prisma');
  let server: PostgresServer | undefined;
  // What was copied is personal data, and a server of ours outlives us unless it is stopped.
  const clean = async (): Promise<void> => {
    await server?.discard();
    await rm(work, { recursive: true, force: true });
  };
  const leave = (): void => void clean().finally(() => process.exit(130));
  for (const signal of LEAVING) process.once(signal, leave);
  try {
    const folder = from ?? keep ?? join(work, 'backup');
    if (from === undefined) {
      if (config.databaseUrl === undefined) throw new Error('set DATABASE_URL, or run npm start first');
      say('copying every table in one snapshot ...');
      await takeBackup(config.databaseUrl, folder);
    }
    const manifest = await openBackup(folder);
    const backup = elapsed();
    say(`restoring ${manifest.tables.length} tables into a server of its own ...`);
    server = await PostgresServer.open({
      directory: join(work, 'postgres'),
      port: 0,
      throwaway: true,
      settings: { fsync: 'on', full_page_writes: 'on', max_wal_size: '2GB' },
    });
    await server.ensureDatabase('restored');
    const url = server.url('restored');
    const { differences, migratedOn } = await restoreBackup(url, folder, manifest, prisma);
    await migrateQueueBackend(url);
    const restore = elapsed() - backup;
    if (migratedOn.length > 0) say(`ran ${migratedOn.length} migrations that the backup did not have`);
    const trial = await tryOut(url, repository, config, say);
    const failures = [...differences, ...trial.failures];
    return { manifest, ...trial, failures, seconds: { backup, restore, whole: elapsed() } };
  } finally {
    for (const signal of LEAVING) process.off(signal, leave);
    await clean();
  }
}

type Trial = Pick<Proof, 'failures' | 'findings' | 'seals' | 'owed'>;

async function tryOut(
  url: string,
  repository: string,
  config: DrillConfig,
  say: (line: string) => void,
): Promise<Trial> {
  const database = openDatabase({
    url,
    name: 'signalbox-drill',
    maxConnections: 2,
    statementTimeout: STATEMENT_MS,
    onIdleError: () => undefined,
  });
  const failures: string[] = [];
  try {
    say("running the invariants and the doctor's checks over it ...");
    const since = firstUuidAt(Date.now() - DAYS * DAY_MS);
    const given = { prisma: join(repository, 'prisma'), since, connections: undefined, now: Date.now() };
    const findings = await runChecks(DATABASE_CHECKS, database, given);
    const bad = findings.filter(
      ({ check, state }) => DEMANDED.has(check) && (state === 'wrong' || state === 'not checked'),
    );
    failures.push(...bad.map(({ check, seen }) => `${check}: ${seen}`));
    const seals = await tryMasterKey(database, config);
    if (seals !== undefined && seals.opened < seals.credentials) {
      failures.push(`the master key opens ${seals.opened} of ${seals.credentials} credentials`);
    }
    say('starting push over it, with the role api alone: nothing can be sent ...');
    const { before, after } = await offerWork(url, repository, config, database);
    if (after.waiting > 0) failures.push(`${after.waiting} rows of work are due and were not offered`);
    if (after.outcomes !== before.outcomes || after.items !== before.items)
      failures.push('the drill changed what is owed');
    return { failures, findings, seals, owed: before };
  } finally {
    await database.close();
  }
}

/** Its offer loop puts what is due on its own queues, which nobody works on. */
async function offerWork(url: string, repository: string, config: DrillConfig, database: Database) {
  const read = async (): Promise<Owed> => (await database.query<Owed>(OWED)).rows[0]!;
  const before = await read();
  const api = await startApi(repository, url, config);
  try {
    if ((await api.ask('/v1/holds')) !== 200) throw new Error('push does not read the restored database');
    let after = await read();
    for (const end = Date.now() + OFFERED_WITHIN_MS; after.waiting > 0 && Date.now() < end; await sleep(200))
      after = await read();
    return { before, after };
  } finally {
    await api.stop();
  }
}
