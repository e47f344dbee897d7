/** What is in an archive. Index: export_part_pkey. */
export const CONTENTS = `
  SELECT service, section, sum(records)::int AS records FROM export_part WHERE request_id = $1
  GROUP BY service, section ORDER BY service, min(part)`;
