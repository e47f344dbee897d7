/**
 * What a database's own catalog says about schema `public`. Prisma's ledger and the partitions of single days are left
 * out: the first is not ours, the others come and go with the clock.
 */
const OURS = `
  class.relnamespace = 'public'::regnamespace
  AND class.relname <> '_prisma_migrations'
  AND coalesce(pg_get_expr(class.relpartbound, class.oid), '') NOT LIKE 'FOR VALUES FROM%'`;

/** Tables, partitioned ones, and their partitions with the bound. */
export const TABLES = `
  SELECT class.relname AS table,
         coalesce(pg_get_partkeydef(class.oid), '') AS partition_key,
         coalesce(parent.relname, '') AS partition_of,
         coalesce(pg_get_expr(class.relpartbound, class.oid), '') AS bound,
         concat_ws(', ', CASE class.relpersistence WHEN 'u' THEN 'unlogged' END, array_to_string(class.reloptions, ', ')) AS storage
  FROM pg_class class
  LEFT JOIN pg_inherits ON inhrelid = class.oid AND class.relispartition
  LEFT JOIN pg_class parent ON parent.oid = inhparent
  WHERE class.relkind IN ('r', 'p') AND ${OURS}
  ORDER BY class.relname`;

/** Columns in their order. */
export const COLUMNS = `
  SELECT class.relname AS table, attname AS column, format_type(atttypid, atttypmod) AS type, attnotnull AS required,
         coalesce(nullif(attcollation, 0)::regcollation::text, 'default') AS collation,
         coalesce(pg_get_expr(adbin, adrelid), '') AS default, attidentity::text AS identity, attgenerated::text AS generated
  FROM pg_attribute
  JOIN pg_class class ON class.oid = attrelid
  LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
  WHERE class.relkind IN ('r', 'p') AND NOT class.relispartition AND attnum > 0 AND NOT attisdropped AND ${OURS}
  ORDER BY class.relname, attnum`;

/** Indexes of every kind, primary keys and unique constraints among them. Those of partitions follow the parent's. */
export const INDEXES = `
  SELECT class.relname AS table, index.relname AS index, indisprimary AS is_primary, indisunique AS is_unique,
         indpred IS NOT NULL AS is_partial, indexprs IS NOT NULL AS has_expression,
         indnkeyatts < indnatts AS has_included_columns,
         regexp_replace(pg_get_indexdef(index.oid), '^.* USING ', '') AS definition
  FROM pg_index
  JOIN pg_class class ON class.oid = indrelid
  JOIN pg_class index ON index.oid = indexrelid
  WHERE (NOT class.relispartition OR NOT index.relispartition) AND ${OURS}
  ORDER BY class.relname, indisprimary DESC, index.relname`;

/** Foreign keys (f), checks (c) and exclusions (x). Keys and uniques are seen as indexes. */
export const CONSTRAINTS = `
  SELECT class.relname AS table, conname AS constraint, contype::text AS kind, pg_get_constraintdef(pg_constraint.oid) AS definition
  FROM pg_constraint
  JOIN pg_class class ON class.oid = conrelid
  WHERE contype IN ('f', 'c', 'x') AND NOT class.relispartition AND ${OURS}
  ORDER BY class.relname, contype DESC, conname`;

/** Everything else somebody may have made: enums, domains, views, sequences, functions, triggers, policies. */
export const OTHERS = `
  SELECT 'enum' AS kind, typname AS name, string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) AS definition
  FROM pg_type JOIN pg_enum ON enumtypid = pg_type.oid WHERE typnamespace = 'public'::regnamespace GROUP BY typname
  UNION ALL
  SELECT 'domain', typname, format_type(typbasetype, typtypmod) FROM pg_type
  WHERE typnamespace = 'public'::regnamespace AND typtype = 'd'
  UNION ALL
  SELECT CASE relkind WHEN 'S' THEN 'sequence' ELSE 'view' END, relname,
         CASE relkind WHEN 'S' THEN '' ELSE pg_get_viewdef(class.oid) END
  FROM pg_class class WHERE relkind IN ('v', 'm', 'S') AND ${OURS}
  UNION ALL
  SELECT 'function', proname || '(' || pg_get_function_identity_arguments(pg_proc.oid) || ')', pg_get_functiondef(pg_proc.oid)
  FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind IN ('f', 'p')
  UNION ALL
  SELECT 'trigger', tgname, pg_get_triggerdef(pg_trigger.oid)
  FROM pg_trigger JOIN pg_class class ON class.oid = tgrelid WHERE NOT tgisinternal AND ${OURS}
  UNION ALL
  SELECT 'policy', polname, class.relname || ' ' || coalesce(pg_get_expr(polqual, polrelid), '')
  FROM pg_policy JOIN pg_class class ON class.oid = polrelid WHERE ${OURS}
  UNION ALL
  SELECT 'extension', extname, '' FROM pg_extension WHERE extname <> 'plpgsql'
  ORDER BY 1, 2, 3`;
