import type { Catalog, ColumnFact } from './catalog.ts';

const HEADER = `# The database that the migrations make, in the words of its own catalog: also what Prisma cannot say (predicates of
# partial indexes, checks, partitions, storage). Compared by "npm run schema:check", rewritten by
# "npm run schema:check -- --update". Reviewers: a change here is a change of the database.
`;

/** The whole catalog as text that is stable, and pleasant to read in a diff. */
export function snapshotOf(catalog: Catalog): string {
  const tables = catalog.tables.filter((fact) => fact.partition_of === '');
  const others = catalog.others.map(({ kind, name, definition }) => `${kind} ${name}${indent(definition)}\n`);
  return [HEADER, ...tables.map((fact) => tableText(catalog, fact.table)), ...others].join('\n');
}

function tableText(catalog: Catalog, table: string): string {
  const fact = catalog.tables.find((each) => each.table === table)!;
  const about = [
    fact.partition_key && `partitioned by ${fact.partition_key}`,
    fact.storage && `with (${fact.storage})`,
  ].filter(Boolean);
  const lines = [
    [`table ${table}`, ...about].join(', '),
    ...catalog.columns.filter((each) => each.table === table).map(columnText),
    ...indexLines(catalog, table),
    ...catalog.constraints
      .filter((each) => each.table === table)
      .map(({ constraint, definition }) => `  constraint ${constraint} ${definition}`),
    ...partitionLines(catalog, table),
  ];
  return `${lines.join('\n')}\n`;
}

function columnText(fact: ColumnFact): string {
  const { column, type, required, collation, default: value, identity, generated } = fact;
  const extras = [
    collation.includes('default') ? '' : `collate ${collation}`,
    required && 'not null',
    value && `${generated ? 'generated' : 'default'} ${value}`,
    identity && `identity ${identity}`,
  ].filter(Boolean);
  return `  ${[column.padEnd(18), type, ...extras].join(' ')}`;
}

function indexLines(catalog: Catalog, table: string): string[] {
  return catalog.indexes
    .filter((each) => each.table === table)
    .map(({ index, is_primary, is_unique, definition }) => {
      const kind = is_primary ? 'primary key' : is_unique ? 'unique index' : 'index';
      return `  ${kind} ${index} ${definition}`;
    });
}

function partitionLines(catalog: Catalog, table: string): string[] {
  return catalog.tables
    .filter((each) => each.partition_of === table)
    .flatMap(({ table: name, bound, storage }) => [
      `  partition ${name} ${bound}${storage ? ` with (${storage})` : ''}`,
      // Indexes that the parent does not have.
      ...indexLines(catalog, name).map((line) => `  ${line}`),
    ]);
}

function indent(definition: string): string {
  return definition === '' ? '' : `\n  ${definition.trim().replaceAll('\n', '\n  ')}`;
}
