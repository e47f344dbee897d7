import type { Catalog, ColumnFact } from './catalog.ts';

/** What a Prisma schema can say about a database, as one line per object. */
type Facts = ReadonlyMap<string, string>;

/**
 * Compares what Prisma's engine would build from `prisma/schema` with what the migrations built, in both directions.
 * What Prisma cannot say (partial, expression and tuned indexes, checks, partitions, storage) is left to the snapshot.
 *
 * @returns one sentence per difference; none when model and migrations agree.
 */
export function differences(model: Catalog, migrated: Catalog): string[] {
  const wanted = expressible(model);
  const found = expressible(migrated);
  const sentences: string[] = [];
  for (const [object, description] of wanted) {
    const other = found.get(object);
    if (other === undefined)
      sentences.push(`${object} is in prisma/schema, but no migration makes it (${description})`);
    else if (other !== description)
      sentences.push(`${object} differs: prisma/schema says "${description}", the migrations made "${other}"`);
  }
  for (const [object, description] of found) {
    if (!wanted.has(object))
      sentences.push(`${object} is made by a migration, but missing in prisma/schema (${description})`);
  }
  return sentences.sort();
}

/** An index with storage parameters, or with parameters of an operator class. */
const IS_TUNED = / WITH \(|_ops \(/;

function expressible(catalog: Catalog): Facts {
  const partitions = new Set(catalog.tables.filter((fact) => fact.partition_of !== '').map((fact) => fact.table));
  const facts = new Map<string, string>();
  for (const { table } of catalog.tables) {
    if (!partitions.has(table)) facts.set(`table ${table}`, 'table');
  }
  for (const column of catalog.columns) facts.set(`column ${column.table}.${column.column}`, describeColumn(column));
  for (const index of catalog.indexes) {
    if (index.is_partial || index.has_expression || index.has_included_columns || partitions.has(index.table)) continue;
    if (IS_TUNED.test(index.definition)) continue;
    const kind = index.is_primary ? 'primary key' : index.is_unique ? 'unique index' : 'index';
    facts.set(`index ${index.index} on ${index.table}`, `${kind} ${index.definition}`);
  }
  for (const { table, constraint, kind, definition } of catalog.constraints) {
    if (kind === 'f') facts.set(`foreign key ${constraint} on ${table}`, definition);
  }
  for (const { kind, name, definition } of catalog.others) {
    if (kind === 'enum') facts.set(`enum ${name}`, definition);
  }
  return facts;
}

function describeColumn({ type, required, default: value, identity }: ColumnFact): string {
  const isList = type.endsWith('[]');
  return [
    // Prisma writes the default precision out, we do not: timestamptz and timestamptz(6) are one type.
    type.replace(/^(timestamp|time)\(6\)/, '$1'),
    // A list is never null in Prisma's eyes, whatever the column says.
    required && !isList ? 'not null' : '',
    value === '' ? '' : `default ${value === 'CURRENT_TIMESTAMP' ? 'now()' : value}`,
    identity === '' ? '' : 'identity',
  ]
    .filter((part) => part !== '')
    .join(' ');
}
