import type { Database } from './sql.js';

/**
 * A database with fixed plans that leaves some statements to another one, which plans them for their parameters: those that read a few
 * partitions of many. A fixed plan would lock all partitions each time, and Postgres has a fixed number of locks for everybody.
 *
 * In a transaction they are not left to the other, as it would not see what the transaction wrote: do not ask them there.
 *
 * @param apart their texts
 */
export function plannedApart(fixed: Database, ordinary: Database, apart: readonly string[]): Database {
  const texts = new Set(apart);
  return {
    query: (text, params) => (texts.has(text) ? ordinary : fixed).query(text, params),
    transaction: (work) => fixed.transaction(work),
    close: () => fixed.close(),
  };
}
