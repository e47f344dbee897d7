/** Tables that look like a day of event_log or delivery, and whether they are attached to it. Catalog only. */
export const DAY_TABLES = `
  SELECT c.relname AS name, i.inhparent IS NOT NULL AS attached
  FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
  WHERE c.relkind = 'r' AND c.relname ~ '^(event_log|delivery)_[0-9]{8}$'
    AND c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'event_log'::regclass)
  ORDER BY c.relname`;
