import pg from 'pg';
import { isAskedTogether } from './ask-together.js';
import { HeardClient } from './heard-client.js';
import type { Database, Sql, SqlResult } from './sql.js';
import { asDatabaseError, DatabaseUnreachable } from './unreachable.js';
import { withSettings } from './with-settings.js';

export interface PgDatabaseOptions {
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly name: string;
  readonly maxConnections?: number;
  /** Milliseconds that one statement may take; 15,000 unless told. */
  readonly statementTimeout?: number;
  /** Statements that each connection parses and plans once, in transactions, too: worth it for those that take longer to plan than to run. */
  readonly prepared?: readonly string[];
  /**
   * For statements that find a few rows by an index, whatever their parameters: plans are made once, for any parameters, and never read a
   * whole table. Postgres would plan anew each time where the parameters say more than a plan knows (how long an array is, which
   * partition is meant), and takes up to a millisecond for it; and a plan that was made while a table was empty would read
   * all of it until the next ANALYZE. Not for statements whose best plan depends on what is asked for, nor for those that find their
   * partitions by a parameter: see `plannedApart`.
   */
  readonly fixedPlans?: boolean;
  /** The server itself keeps its transactions from writing. */
  readonly readOnly?: boolean;
  /**
   * A pooler in transaction mode, which is used in place of `url`. Nothing is told to a session then, and no statement prepared in it: the
   * time limits are the pooler's (`refuseUnfitDatabase`). Not together with other settings of a session.
   */
  readonly poolerUrl?: string | undefined;
  /** Hears of a broken idle connection; the pool itself replaces it. */
  readonly onIdleError: (error: Error) => void;
}

/** Where there is no index to use, the table is read all the same. */
const FIXED_PLANS = '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off';
const READ_ONLY = '-c default_transaction_read_only=on';

/** Milliseconds after which a server that should long have refused a statement by itself counts as gone. */
const SILENCE_MS = 2_000;

/**
 * A pool for hot paths. Idle connections are kept: node-postgres would drop them, and their prepared statements, after
 * ten seconds. A session that sits in an open transaction is ended, since it would hold back the feed's horizon.
 *
 * Its methods throw DatabaseUnreachable when the server did not answer, and pg's DatabaseError when it refused.
 */
export function openDatabase(options: PgDatabaseOptions): Database {
  const statementTimeout = options.statementTimeout ?? 15_000;
  const hasSessions = options.poolerUrl === undefined;
  const pool = new pg.Pool({
    Client: HeardClient,
    connectionString:
      options.poolerUrl ??
      withSettings(options.url, [
        ...(options.fixedPlans === true ? [FIXED_PLANS] : []),
        ...(options.readOnly === true ? [READ_ONLY] : []),
      ]),
    application_name: options.name,
    max: options.maxConnections ?? 10,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: 5_000,
    ...(hasSessions && { statement_timeout: statementTimeout, idle_in_transaction_session_timeout: 10_000 }),
    // A server whose host is gone says nothing, not even that: TCP alone would let callers wait for a quarter of an hour.
    query_timeout: statementTimeout + SILENCE_MS,
    keepAlive: true,
  });
  pool.on('error', options.onIdleError);
  const nameOf: NameOf = hasSessions ? namesOf(options.prepared ?? []) : () => undefined;
  return {
    query: (text, params) => run(pool, text, params, nameOf(text)),
    transaction: (work) => inTransaction(pool, nameOf, work),
    close: () => pool.end(),
  };
}

/** By which name a statement is prepared; undefined: it is not. */
type NameOf = (text: string) => string | undefined;

/** Of so many statements that were made to ask together each connection keeps the plans. */
const MOST_TOGETHER = 50;

function namesOf(prepared: readonly string[]): NameOf {
  const names = new Map(prepared.map((text, index) => [text, `prepared_${index}`]));
  const most = names.size + MOST_TOGETHER;
  return (text) => {
    if (isAskedTogether(text) && !names.has(text) && names.size < most) names.set(text, `together_${names.size}`);
    return names.get(text);
  };
}

async function run<Row>(
  client: pg.Pool | pg.PoolClient,
  text: string,
  params?: readonly unknown[],
  name?: string,
): Promise<SqlResult<Row>> {
  try {
    const result = await client.query({
      text,
      ...(params !== undefined && { values: params as unknown[] }),
      ...(name !== undefined && { name }),
    });
    return { rows: result.rows as Row[], rowCount: result.rowCount ?? 0 };
  } catch (error) {
    throw asDatabaseError(error);
  }
}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw asDatabaseError(error);
  }
}

async function inTransaction<Result>(
  pool: pg.Pool,
  nameOf: NameOf,
  work: (tx: Sql) => Promise<Result>,
): Promise<Result> {
  const client = await connect(pool);
  let broken: Error | undefined;
  // A checked-out client that loses its server emits 'error' outside any query; unheard, that would end the process.
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await run(client, 'BEGIN');
    const result = await work({ query: (text, params) => run(client, text, params, nameOf(text)) });
    await run(client, 'COMMIT');
    return result;
  } catch (error) {
    // A server that did not answer is not asked to roll back: it does so when the connection ends.
    if (error instanceof DatabaseUnreachable) broken = error;
    else
      await client.query('ROLLBACK').catch((rollbackError: unknown) => {
        broken = rollbackError instanceof Error ? rollbackError : new Error(String(rollbackError));
      });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}
