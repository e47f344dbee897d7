import pg from 'pg';
import { HeardClient } from './heard-client.js';
import { asDatabaseError, DatabaseUnreachable } from './unreachable.js';
import { withSettings } from './with-settings.js';

/** An address leads to something that would fail later, and not say why; the message names the variable and what to do. */
export class UnfitDatabase extends Error {
  override readonly name = 'UnfitDatabase';
}

/** Where a service finds its database. */
export interface DatabaseAddresses {
  /** A server, spoken to by sessions: what a connection is told stays as long as the connection does. */
  readonly url: string;
  /** A pooler in transaction mode in front of the same one, for those connections that need no session; absent: there is none. */
  readonly poolerUrl: string | undefined;
}

/** What a session would tell the server itself, and a pooler has to. Milliseconds. */
const MOST_STATEMENT_MS = 15_000;
const MOST_IDLE_MS = 10_000;

const WITNESS = 'signalbox.session';

/** Catalogs only. */
const WHICH_SERVER = `
  SELECT current_setting('${WITNESS}', true) AS kept, current_database() AS name, pg_postmaster_start_time()::text AS since,
    (SELECT setting::int FROM pg_settings WHERE name = 'statement_timeout') AS "statementMs",
    (SELECT setting::int FROM pg_settings WHERE name = 'idle_in_transaction_session_timeout') AS "idleMs"`;

interface Server {
  readonly kept: string | null;
  readonly name: string;
  readonly since: string;
  readonly statementMs: number;
  readonly idleMs: number;
}

/**
 * Looks whether the addresses lead to what they are for, for a service to call before it starts. A pooler in transaction mode takes
 * connections and hands each transaction to another session: what is told to one (timeouts, plans, LISTEN, prepared statements) is lost
 * without a word, or refused in words that mean nothing to whoever reads them.
 *
 * @returns `unknown` when one does not answer just now; a service may start before its database does.
 * @throws UnfitDatabase
 */
export async function refuseUnfitDatabase({ url, poolerUrl }: DatabaseAddresses): Promise<'fits' | 'unknown'> {
  try {
    const direct = await whichServer(withSettings(url, [`-c ${WITNESS}=kept`]), 'DATABASE_URL').catch(
      (error: unknown) => {
        if (isRefusedParameter(error)) return undefined;
        throw error;
      },
    );
    if (direct?.kept !== 'kept') throw new UnfitDatabase(NO_SESSIONS);
    if (poolerUrl !== undefined) judgePooler(await whichServer(poolerUrl, 'DATABASE_POOLER_URL'), direct);
    return 'fits';
  } catch (error) {
    if (error instanceof UnfitDatabase) throw error;
    if (asDatabaseError(error) instanceof DatabaseUnreachable) return 'unknown';
    throw error;
  }
}

const NO_SESSIONS =
  'DATABASE_URL leads through a pooler, which keeps nothing of what a session is told; give it the address of Postgres itself, and the ' +
  "pooler's as DATABASE_POOLER_URL (docs/postgres.md)";

function judgePooler(pooler: Server, direct: Server): void {
  if (pooler.name !== direct.name || pooler.since !== direct.since) {
    throw new UnfitDatabase('DATABASE_POOLER_URL leads to another database than DATABASE_URL');
  }
  const isBounded = (ms: number, most: number): boolean => ms > 0 && ms <= most;
  if (isBounded(pooler.statementMs, MOST_STATEMENT_MS) && isBounded(pooler.idleMs, MOST_IDLE_MS)) return;
  throw new UnfitDatabase(
    `behind DATABASE_POOLER_URL statement_timeout is ${pooler.statementMs} ms and idle_in_transaction_session_timeout ${pooler.idleMs} ms; ` +
      `have the pooler set both on its connections, to at most ${MOST_STATEMENT_MS} and ${MOST_IDLE_MS}: connect_query of PgBouncer (docs/postgres.md)`,
  );
}

async function whichServer(url: string, variable: string): Promise<Server> {
  const client = clientOf(url, variable);
  try {
    await client.connect();
    return (await client.query<Server>(WHICH_SERVER)).rows[0]!;
  } catch (error) {
    throw isDistrust(error) ? new UnfitDatabase(distrustOf(variable, error)) : error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** node-postgres reads the files of sslrootcert, sslcert and sslkey while it makes a client. */
function clientOf(url: string, variable: string): HeardClient {
  try {
    return new HeardClient({
      connectionString: url,
      application_name: 'signalbox-start',
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
    });
  } catch (error) {
    const { path } = error as NodeJS.ErrnoException;
    if (path === undefined) throw error;
    throw new UnfitDatabase(`${variable}: ${path} cannot be read: ${(error as Error).message}`);
  }
}

/** OpenSSL's verdicts on a chain have its own names (X509_V_ERR_... without the prefix), Node's on a name has one. */
const CHAIN =
  /^(UNABLE_TO_|CERT_|CRL_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|HOSTNAME_MISMATCH)/;
const OTHER_NAME = 'ERR_TLS_CERT_ALTNAME_INVALID';

function isDistrust(error: unknown): error is Error {
  const { code } = error as NodeJS.ErrnoException;
  return code !== undefined && (code === OTHER_NAME || CHAIN.test(code));
}

function distrustOf(variable: string, error: Error): string {
  return (
    `${variable}: the server's certificate is not trusted (${error.message}); name the authority that issued it with sslrootcert, and the ` +
    'server as its certificate does (docs/postgres.md)'
  );
}

/** PgBouncer's words are its own, but the code is PROTOCOL_VIOLATION, which Postgres has for none of what is told here. */
function isRefusedParameter(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '08P01';
}
