export type { Database, Sql, SqlResult } from './sql.js';
export { openDatabase, type PgDatabaseOptions } from './pg-database.js';
export { prismaSql, type PrismaRawClient } from './prisma-sql.js';
export { PrismaClient, openPrisma } from './prisma.js';
export { MigrationFailed, migrate } from './migrator.js';
export { listen, type Listener } from './listen.js';
export { inSlices } from './in-slices.js';
export { DatabaseUnreachable } from './unreachable.js';
export { ClockSkewed, refuseSkewedClock } from './skewed-clock.js';
