/** The first violations of an invariant's statement, and how many there are. Reads what the statement reads; its file says what. */
export function firstViolations(statement: string, most: number): string {
  const bare = statement.trim().replace(/;$/, '');
  return `SELECT *, count(*) OVER ()::int AS "violationsInAll" FROM (${bare}\n) AS violation LIMIT ${most}`;
}

/** The first event there is, and the first posting. Primary keys. */
export const BEGINNINGS = `
  SELECT (SELECT id FROM event_log ORDER BY id LIMIT 1) AS event, (SELECT min(id::text) FROM ledger_transaction) AS posting`;
