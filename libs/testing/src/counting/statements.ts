import type { Database } from '@signalbox/database';

/** One statement of any connection to a database. */
export interface CountedStatement {
  /** Constants are `$n`; any space is one. */
  readonly text: string;
  readonly calls: number;
  /** That it returned, or changed without returning any. */
  readonly rows: number;
}

const BEGIN = `CREATE EXTENSION IF NOT EXISTS pg_stat_statements`;
const FORGET = `SELECT pg_stat_statements_reset()`;
const STATEMENTS = `
  SELECT btrim(regexp_replace(query, '\\s+', ' ', 'g')) AS text, sum(calls)::int AS calls, sum(rows)::int AS rows
  FROM pg_stat_statements JOIN pg_database ON oid = dbid AND datname = current_database()
  GROUP BY 1 ORDER BY 1`;
const OURS = /pg_stat_statements|pg_logical_slot_get_changes/;

/** Counts statements; a statement counts once it is done, before its transaction commits. */
export interface StatementCounter {
  /** Begins again with nothing. */
  forget(): Promise<void>;
  /** Since then, but for those that count. */
  statements(): Promise<CountedStatement[]>;
}

/** For a server of a test's own, with `shared_preload_libraries` pg_stat_statements. */
export async function countStatements(database: Database): Promise<StatementCounter> {
  await database.query(BEGIN);
  return {
    async forget() {
      await database.query(FORGET);
    },
    async statements() {
      const { rows } = await database.query<CountedStatement>(STATEMENTS);
      return rows.filter(({ text }) => !OURS.test(text));
    },
  };
}
