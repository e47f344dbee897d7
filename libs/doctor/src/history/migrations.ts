import { readMigrationStatus, type MigrationStatus } from '@signalbox/database';
import { join } from 'node:path';
import { databaseCheck } from '../database-check.js';
import { counted } from '../durations.js';
import { type Finding, teller } from '../finding.js';

const told = teller('migrations');

export const migrationsCheck = databaseCheck({
  name: 'migrations',
  read: (sql, { prisma }) => readMigrationStatus(sql, join(prisma, 'migrations')),
  judge: judgeMigrations,
});

/** Whether the database is the one that this version was written for. */
export function judgeMigrations({ applied, pending, changed, unknown, unfinished }: MigrationStatus): Finding[] {
  const findings: Finding[] = [];
  const named = (names: readonly string[]): string => names.slice(0, 3).join(', ') + (names.length > 3 ? ', ...' : '');
  if (pending.length > 0) {
    const seen = `${counted(pending.length, 'migration is', 'migrations are')} pending: ${named(pending)}`;
    findings.push(told.wrong(seen, 'run them before the services: node apps/migrate/dist/main.js'));
  }
  if (unfinished.length > 0) {
    findings.push(told.wrong(`begun and never finished: ${named(unfinished)}`, 'see why in _prisma_migrations.logs'));
  }
  if (changed.length > 0) {
    const remedy = 'put the files back as they were, and add a new migration instead';
    findings.push(told.wrong(`changed after they were applied: ${named(changed)}`, remedy));
  }
  if (unknown.length > 0) {
    const seen = `the database has what this version does not know: ${named(unknown)}`;
    findings.push(told.warning(seen, 'run the doctor of the version that is installed'));
  }
  return findings.length > 0 ? findings : [told.ok(`all ${applied} migrations are applied`)];
}
