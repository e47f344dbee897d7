import type { Sql } from '@signalbox/database';
import { WRITE_REVOCATIONS } from './revocations.queries.js';

/** Seconds: longer than any access token lives, clocks that differ included. */
const KEPT_SECONDS = 600;

/** What every service has to refuse from now on: tokens of a session, a user, a client or an API key. */
export interface Revocation {
  readonly kind: 'sid' | 'sub' | 'client' | 'key';
  /** Public id, as the token's claim has it. */
  readonly value: string;
  /** Only tokens that were issued before this; all unless told. */
  readonly before?: Date;
}

/** Writes them in the caller's transaction; with its commit they are on their way to every service. */
export async function writeRevocations(tx: Sql, revocations: readonly Revocation[]): Promise<void> {
  if (revocations.length === 0) return;
  await tx.query(WRITE_REVOCATIONS, [
    revocations.map(({ kind }) => kind),
    revocations.map(({ value }) => value),
    revocations.map(({ before }) => before ?? null),
    KEPT_SECONDS,
  ]);
}
