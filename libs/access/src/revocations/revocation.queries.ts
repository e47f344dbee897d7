import { askTogether, type Sql } from '@signalbox/database';
import type { Revocation, RevocationKind } from './revocation.js';

/**
 * In one statement with the notice, which Postgres sends when the caller's transaction commits. $1 kinds, $2 values, $3 `before`,
 * empty for none, $4 seconds that an entry is kept.
 */
const INSERT = `
  WITH written AS (
    INSERT INTO revocation_event (kind, value, before, expires_at)
    SELECT kind, value, nullif(before, '')::timestamptz, now() + make_interval(secs => $4)
    FROM unnest($1::text[], $2::text[], $3::text[]) AS entry (kind, value, before)
    RETURNING 1)
  SELECT pg_notify('signalbox_revocations', '')::text FROM (SELECT count(*) FROM written) AS all_of_them`;

export async function insertRevocations(
  tx: Sql,
  entries: readonly { readonly kind: RevocationKind; readonly value: string; readonly before?: Date | undefined }[],
  keptForSeconds: number,
): Promise<void> {
  await tx.query(INSERT, [
    entries.map(({ kind }) => kind),
    entries.map(({ value }) => value),
    entries.map(({ before }) => before?.toISOString() ?? ''),
    keptForSeconds,
  ]);
}

/**
 * All that was written by transactions that had not ended at $1, and the oldest that has not ended now: what a reader asks from the
 * next time. It is one snapshot, so no commit falls between the two. Index: revocation_event_xid_idx.
 */
const REVOCATIONS_SINCE = `
  SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon, e.seq::text, e.kind, e.value,
    extract(epoch FROM e.before)::float8 AS before, (extract(epoch FROM e.expires_at) * 1000)::float8 AS "expiresAt",
    (extract(epoch FROM e.created_at) * 1000)::float8 AS "writtenAt"
  FROM (VALUES (1)) AS always
  LEFT JOIN revocation_event e ON e.xid >= $1::xid8 AND e.expires_at > now()`;

/** Whether there is anything of that, or another server that counts its transactions anew. Index: revocation_event_xid_idx. */
const ANY_SINCE = `
  EXISTS (SELECT FROM revocation_event e WHERE e.xid >= $1::xid8 AND e.expires_at > now())
    OR pg_snapshot_xmin(pg_current_snapshot()) < $1::xid8`;

/** @param from the horizon of the last reading. */
export function anyRevocationSince(sql: Sql, from: string): Promise<boolean> {
  return askTogether(sql, { asks: ANY_SINCE, params: [from] });
}

interface ReadRow {
  readonly horizon: string;
  readonly seq: string | null;
  readonly kind: RevocationKind;
  readonly value: string;
  readonly before: number | null;
  readonly expiresAt: number;
  readonly writtenAt: number;
}

export interface ReadRevocations {
  readonly horizon: string;
  readonly entries: readonly (Revocation & { readonly seq: string })[];
}

/** @param from the horizon of the last reading; '0' reads all. */
export async function readRevocations(sql: Sql, from: string): Promise<ReadRevocations> {
  const { rows } = await sql.query<ReadRow>(REVOCATIONS_SINCE, [from]);
  return {
    horizon: rows[0]!.horizon,
    entries: rows.flatMap(({ seq, kind, value, before, expiresAt, writtenAt }) =>
      seq === null ? [] : [{ seq, kind, value, before: before ?? undefined, expiresAt, writtenAt }],
    ),
  };
}

/** $1 kinds, $2 values, $3 when the token was issued, in seconds since 1970. Index: revocation_event_kind_value_idx. */
const ANY = `
  SELECT 1 FROM revocation_event
  WHERE (kind, value) IN (SELECT * FROM unnest($1::text[], $2::text[]))
    AND expires_at > now() AND (before IS NULL OR before > to_timestamp($3::float8))
  LIMIT 1`;

export async function anyRevocation(
  sql: Sql,
  names: readonly (readonly [RevocationKind, string])[],
  issuedAt: number,
): Promise<boolean> {
  const { rows } = await sql.query(ANY, [names.map(([kind]) => kind), names.map(([, value]) => value), issuedAt]);
  return rows.length > 0;
}

/** $1 session. Index: revocation_event_kind_value_idx. */
const SESSION_ENDED = `
  SELECT 1 FROM revocation_event
  WHERE kind = 'sid' AND value = $1 AND before IS NULL AND expires_at > now() LIMIT 1`;

/**
 * Whether a session has ended, as this statement's snapshot has it. Told for as long as any token of that session could be alive:
 * for whoever was let in by one, and is about to write something that has to end with the session.
 */
export async function hasSessionEnded(sql: Sql, sessionId: string): Promise<boolean> {
  return (await sql.query(SESSION_ENDED, [sessionId])).rows.length > 0;
}

/** Index: revocation_event_expires_at_idx. */
export async function deleteExpiredRevocations(sql: Sql): Promise<void> {
  await sql.query('DELETE FROM revocation_event WHERE expires_at <= now()');
}
