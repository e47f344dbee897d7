import type { Uuid } from '@signalbox/contracts';
import { DatabaseUnreachable, type Sql } from '@signalbox/database';
import { type CheckName, type Finding, teller } from './finding.js';

/** What a check has to know besides the database. */
export interface Given {
  /** The folder `prisma` of the version that ought to run. */
  readonly prisma: string;
  /** Notifications and webhook deliveries from this id on are held against the invariants. */
  readonly since: Uuid;
  /** Connections that the services may open together; undefined when not all of them said. */
  readonly connections: number | undefined;
  /** The time here, for days that partitions are of. */
  readonly now: number;
}

/** One thing that the database tells: read by one function, judged by another that knows no database. */
export interface DatabaseCheck {
  readonly name: CheckName;
  run(sql: Sql, given: Given): Promise<Finding[]>;
}

export function databaseCheck<Facts>(spec: {
  readonly name: CheckName;
  readonly read: (sql: Sql, given: Given) => Promise<Facts>;
  readonly judge: (facts: Facts, given: Given) => Finding[];
}): DatabaseCheck {
  return { name: spec.name, run: async (sql, given) => spec.judge(await spec.read(sql, given), given) };
}

/** Runs one after the other, so that the doctor is one more session and not a load. What fails is told, and keeps no other from running. */
export async function runChecks(checks: readonly DatabaseCheck[], sql: Sql, given: Given): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of checks) {
    findings.push(...(await check.run(sql, given).catch((error: unknown) => [unread(check.name, error)])));
  }
  return findings;
}

function unread(name: CheckName, error: unknown): Finding {
  const told = teller(name);
  const said = error instanceof Error ? error.message : String(error);
  if (said.includes('statement timeout') || said.includes('Query read timeout')) {
    return told.notChecked('took longer than it may', 'give it more time: --patience <seconds>');
  }
  if (error instanceof DatabaseUnreachable) {
    return told.notChecked(said, 'see that Postgres runs and takes connections', 'postgres-down.md');
  }
  return told.notChecked(
    said,
    'a database that is not migrated, or a role that may not read: use that of the services',
  );
}
