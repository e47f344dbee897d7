/** One statement for all that a change revokes; whoever listens is told at the commit. Seconds in $4. */
export const WRITE_REVOCATIONS = `
  WITH made AS (
    INSERT INTO revocation_event (kind, value, before, expires_at)
    SELECT kind, value, before, clock_timestamp() + make_interval(secs => $4)
      FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS entry (kind, value, before)
    RETURNING seq
  )
  SELECT pg_notify('signalbox_revocations', max(seq)::text) FROM made HAVING count(*) > 0`;
