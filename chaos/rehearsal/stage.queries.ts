/** Whether there is a partition of that name. $1 name. Catalog only. */
export const IS_THERE = `SELECT to_regclass($1) IS NOT NULL AS "isThere"`;
