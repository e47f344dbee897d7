import type pg from 'pg';
import { COLUMNS, CONSTRAINTS, INDEXES, OTHERS, TABLES } from './catalog.queries.ts';

export interface TableFact {
  readonly table: string;
  /** `RANGE (id)`, or empty. */
  readonly partition_key: string;
  readonly partition_of: string;
  readonly bound: string;
  readonly storage: string;
}

export interface ColumnFact {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly required: boolean;
  readonly collation: string;
  readonly default: string;
  readonly identity: string;
  readonly generated: string;
}

export interface IndexFact {
  readonly table: string;
  readonly index: string;
  readonly is_primary: boolean;
  readonly is_unique: boolean;
  readonly is_partial: boolean;
  readonly has_expression: boolean;
  readonly has_included_columns: boolean;
  /** Access method, columns and predicate: `btree (app_id, user_id) WHERE (status = 'active'::text)`. */
  readonly definition: string;
}

export interface ConstraintFact {
  readonly table: string;
  readonly constraint: string;
  /** f: foreign key, c: check, x: exclusion. */
  readonly kind: 'f' | 'c' | 'x';
  readonly definition: string;
}

export interface OtherFact {
  readonly kind: string;
  readonly name: string;
  readonly definition: string;
}

/** One database's schema in the words of its own catalog. */
export interface Catalog {
  readonly tables: readonly TableFact[];
  readonly columns: readonly ColumnFact[];
  readonly indexes: readonly IndexFact[];
  readonly constraints: readonly ConstraintFact[];
  readonly others: readonly OtherFact[];
}

/** Reads schema `public` of the database that the client is connected to. */
export async function readCatalog(client: pg.Client): Promise<Catalog> {
  const rows = async <Row extends pg.QueryResultRow>(statement: string): Promise<Row[]> =>
    (await client.query<Row>(statement)).rows;
  return {
    tables: await rows<TableFact>(TABLES),
    columns: await rows<ColumnFact>(COLUMNS),
    indexes: await rows<IndexFact>(INDEXES),
    constraints: await rows<ConstraintFact>(CONSTRAINTS),
    others: await rows<OtherFact>(OTHERS),
  };
}
