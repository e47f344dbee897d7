import pg from 'pg';

const UNIQUE_VIOLATION = '23505';

/** Whether a statement failed since another row has the name already, or has just got it in a transaction that was quicker. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === UNIQUE_VIOLATION;
}
