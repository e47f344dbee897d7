import type { Sql } from './sql.js';
import { wasCutOff } from './unreachable.js';

/**
 * Reads with statements that may take `ms` milliseconds each, inside a transaction that goes on whatever comes of it. Only for what
 * reads: it is rolled back.
 *
 * @returns undefined when one took longer.
 */
export async function readWithin<Result>(
  tx: Sql,
  ms: number,
  read: () => Promise<Result>,
): Promise<Result | undefined> {
  await tx.query('SAVEPOINT reading');
  await tx.query(`SELECT set_config('statement_timeout', $1, true)`, [String(ms)]);
  const found = await read().catch((error: unknown) => {
    if (wasCutOff(error)) return undefined;
    throw error;
  });
  // Takes the time limit back as well.
  await tx.query('ROLLBACK TO SAVEPOINT reading');
  return found;
}
