export const WRITE_AUDIT = `
  INSERT INTO auth_audit (id, app_id, actor, action, person, what, request_id, network) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`;

/** Newest first. $1 app, $2 names of the person, $3 before this id, $4 how many. Index: auth_audit_app_id_person_id_idx. */
export const READ_AUDIT = `
  SELECT id, at, actor, action, what, request_id AS "requestId", network FROM auth_audit
  WHERE app_id = $1 AND person = ANY ($2::text[]) AND id < $3::uuid ORDER BY id DESC LIMIT $4`;
