import pg from 'pg';

/**
 * The database did not answer: no connection, connection lost, server shutting down, statement cut short. What the
 * statement did is unknown; nothing can be said about its parameters.
 */
export class DatabaseUnreachable extends Error {
  override readonly name = 'DatabaseUnreachable';

  constructor(cause: unknown) {
    super(`the database did not answer: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** SQLSTATE classes that tell of the server and not of the statement (PostgreSQL documentation, appendix A). */
const SERVER_CLASSES = new Set(['08', '53', '57', '58', 'XX']);

/**
 * Tells errors about the server from errors about the statement. node-postgres reports a lost connection as a plain
 * Error, and only answers of the server as DatabaseError; a TypeError or RangeError is a fault of ours.
 */
export function asDatabaseError(error: unknown): unknown {
  if (error instanceof pg.DatabaseError) {
    return SERVER_CLASSES.has(error.code?.slice(0, 2) ?? '') ? new DatabaseUnreachable(error) : error;
  }
  if (error instanceof TypeError || error instanceof RangeError || error instanceof DatabaseUnreachable) return error;
  return new DatabaseUnreachable(error);
}

/** QUERY_CANCELED: it took longer than it might, or somebody ended it. */
const CANCELED = '57014';

/** Whether the server is there and only cut this statement short, so that a savepoint before it can be gone back to. */
export function wasCutOff(error: unknown): boolean {
  return (
    error instanceof DatabaseUnreachable && error.cause instanceof pg.DatabaseError && error.cause.code === CANCELED
  );
}
