/**
 * Takes one from a bucket, or nothing. A bucket is the time at which it will be full again: taking moves that on by the time
 * that one takes to come back, and it is empty when that time is a whole bucket away. The clock is the database's, so several
 * processes count the same.
 *
 * $1 key; of the quick pace $2 the seconds that one takes to come back and $3 those of the whole bucket; $4, $5 of the slow one.
 * `ok`: taken. Otherwise `wait`: seconds until one may be taken; null when it was all at once and the answer is not known.
 * Index: attempt_bucket_pkey.
 */
export const TAKE = `
  WITH taken AS (
    INSERT INTO attempt_bucket AS b (key, quick_full_at, slow_full_at)
    VALUES ($1, now() + $2::float8 * interval '1 s', now() + $4::float8 * interval '1 s')
    ON CONFLICT (key) DO UPDATE SET
      quick_full_at = greatest(b.quick_full_at, now()) + $2::float8 * interval '1 s',
      slow_full_at = greatest(b.slow_full_at, now()) + $4::float8 * interval '1 s'
    WHERE greatest(b.quick_full_at, now()) + ($2::float8 - $3::float8) * interval '1 s' <= now()
      AND greatest(b.slow_full_at, now()) + ($4::float8 - $5::float8) * interval '1 s' <= now()
    RETURNING true
  )
  SELECT EXISTS (SELECT FROM taken) AS ok, (
    SELECT extract(epoch FROM greatest(
      quick_full_at + ($2::float8 - $3::float8) * interval '1 s', slow_full_at + ($4::float8 - $5::float8) * interval '1 s'
    ) - now())::float8 FROM attempt_bucket WHERE key = $1
  ) AS wait`;

/** Puts one back into each bucket. $1 keys, $2 and $3 seconds of their quick and slow paces. Index: attempt_bucket_pkey. */
export const GIVE_BACK = `
  UPDATE attempt_bucket b SET quick_full_at = b.quick_full_at - back.quick * interval '1 s',
    slow_full_at = b.slow_full_at - back.slow * interval '1 s'
  FROM unnest($1::bytea[], $2::float8[], $3::float8[]) AS back (key, quick, slow)
  WHERE b.key = back.key`;

/** A slice of the buckets that are full, which is what a missing one is. $1 rows. Index: attempt_bucket_slow_full_at_idx. */
export const PURGE_BUCKETS = `
  DELETE FROM attempt_bucket WHERE key IN (
    SELECT key FROM attempt_bucket WHERE slow_full_at < now() LIMIT $1 FOR UPDATE SKIP LOCKED)`;
