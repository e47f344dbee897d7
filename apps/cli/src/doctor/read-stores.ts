import { fileURLToPath } from 'node:url';
import { firstUuidAt } from '@signalbox/contracts';
import { type Database, openDatabase } from '@signalbox/database';
import {
  type ClockReading,
  DATABASE_CHECKS,
  type Finding,
  judgeRedis,
  readDatabaseClock,
  runChecks,
  teller,
} from '@signalbox/doctor';
import { readRedisFacts } from '@signalbox/queues';
import type { Operate } from '../config.js';

const PRISMA = fileURLToPath(new URL('../../../../prisma', import.meta.url));
const DAY_MS = 86_400_000;

export interface StoreFindings {
  readonly findings: readonly Finding[];
  readonly clock?: ClockReading;
  readonly answered: boolean;
}

/** What the database tells by itself, over a session that Postgres keeps from writing. */
export async function readStore(
  { databaseUrl }: Operate,
  {
    days,
    patience,
    connections,
  }: { readonly days: number; readonly patience: number; readonly connections: number | undefined },
): Promise<StoreFindings> {
  if (databaseUrl === undefined) {
    const remedy = 'set DATABASE_URL to that of the services; a role that may only read is enough';
    const findings = DATABASE_CHECKS.map(({ name }) => teller(name).notChecked('no DATABASE_URL', remedy));
    return { findings: [...new Map(findings.map((finding) => [finding.check, finding])).values()], answered: false };
  }
  const database = openReadOnly(databaseUrl, patience);
  try {
    const clock = await readDatabaseClock(database).catch(() => undefined);
    const given = { prisma: PRISMA, since: firstUuidAt(Date.now() - days * DAY_MS), connections, now: Date.now() };
    if (clock === undefined) {
      const remedy = 'see that Postgres runs and takes connections from here';
      return {
        findings: [teller('postgres').wrong('the database does not answer', remedy, 'postgres-down.md')],
        answered: false,
      };
    }
    return { findings: await runChecks(DATABASE_CHECKS, database, given), clock, answered: true };
  } finally {
    await database.close();
  }
}

function openReadOnly(url: string, patience: number): Database {
  return openDatabase({
    url,
    name: 'signalbox-doctor',
    readOnly: true,
    maxConnections: 1,
    statementTimeout: patience * 1_000,
    onIdleError: () => undefined,
  });
}

/** `inUse`: where the services have their queues, as they say. */
export async function readQueues(
  { redisUrl, queuePrefix }: Operate,
  inUse: 'redis' | 'postgres' | undefined,
): Promise<Finding[]> {
  const told = teller('queues');
  if (redisUrl === undefined) {
    if (inUse === 'postgres') return [told.ok('the queues are in Postgres')];
    if (inUse === undefined) {
      return [told.notChecked('no service told where its queues are', 'set OPERATOR_TOKEN, or REDIS_URL')];
    }
    return [told.notChecked('the queues are in Redis', 'set REDIS_URL (and QUEUE_PREFIX) to that of the services')];
  }
  try {
    return judgeRedis(await readRedisFacts({ redisUrl, prefix: queuePrefix }));
  } catch (error) {
    const seen = `Redis does not answer: ${error instanceof Error ? error.message : String(error)}`;
    return [told.wrong(seen, 'bring it back; nothing is lost, and nothing is sent meanwhile', 'redis-lost.md')];
  }
}
