/** One insert for any number of facts; ids come from the caller, so that a fact and what refers to it commit together. */
export const INSERT_FACTS = `
  INSERT INTO event_log (id, app_id, type, subject, seq, payload, content, dek_id)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::jsonb[], $7::bytea[], $8::uuid[])`;
