import type { Sql } from './sql.js';

/** The part of a Prisma client or interactive transaction that runs raw SQL. */
export interface PrismaRawClient {
  $queryRawUnsafe<Result = unknown>(query: string, ...values: unknown[]): Promise<Result>;
}

/**
 * The Prisma adapter of the SQL port: statements run on the very connection of the interactive transaction it is given.
 * Prisma reports rows only, so `rowCount` is their number; a statement whose count matters ends in RETURNING.
 */
export function prismaSql(client: PrismaRawClient): Sql {
  return {
    async query<Row>(text: string, params: readonly unknown[] = []) {
      const rows = await client.$queryRawUnsafe<Row[]>(text, ...params);
      return { rows, rowCount: rows.length };
    },
  };
}
