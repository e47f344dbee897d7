import { OWN_MIGRATIONS, readMigrationStatus, type Sql } from '@signalbox/database';
import type { Readiness } from './readiness.js';

/**
 * The readiness of a service that needs every migration it was built with: while one is missing it is not ready, whatever else it
 * finds. So what is started together with its migration takes no traffic before that has ended, and the version before goes on until
 * then. What is applied stays applied, so a database that has them all is asked no more.
 */
export function onceMigrated(sql: Sql, readiness: () => Promise<Readiness>): () => Promise<Readiness> {
  let isMigrated = false;
  return async () => {
    const own = await readiness();
    if (isMigrated) return own;
    const missing = await readMigrationStatus(sql, OWN_MIGRATIONS).then(
      ({ pending }) => pending.length,
      () => undefined,
    );
    isMigrated = missing === 0;
    if (isMigrated) return own;
    const migrations = missing === undefined ? 'could not be read' : `${missing} of this version are not applied yet`;
    return { ready: false, checks: { ...own.checks, migrations } };
  };
}
