/** Of one segment. */
const COLUMNS = `name, version, filter, updated_at AS "updatedAt"`;

/** $1 app, $2 name. Index: segment_pkey. */
export const SEGMENT = `SELECT ${COLUMNS} FROM segment WHERE app_id = $1 AND name = $2`;

/** Segments of several apps. $1 apps, $2 names, in pairs. Index: segment_pkey. */
export const SEGMENTS_BY_NAME = `
  SELECT app_id AS "appId", ${COLUMNS} FROM segment
  WHERE (app_id, name) IN (SELECT * FROM unnest($1::uuid[], $2::text[]))`;

/** $1 app, $2 behind this name, $3 how many. Index: segment_pkey. */
export const SEGMENTS = `SELECT ${COLUMNS} FROM segment WHERE app_id = $1 AND name > $2 ORDER BY name LIMIT $3`;

/** $3 filter. No row: it is the same filter. Index: segment_pkey. */
export const PUT_SEGMENT = `
  INSERT INTO segment AS s (app_id, name, filter) VALUES ($1, $2, $3::jsonb)
  ON CONFLICT (app_id, name) DO UPDATE SET filter = excluded.filter, version = s.version + 1, updated_at = now()
    WHERE s.filter <> excluded.filter
  RETURNING ${COLUMNS}`;

/** Index: segment_pkey. */
export const DELETE_SEGMENT = `DELETE FROM segment WHERE app_id = $1 AND name = $2`;
