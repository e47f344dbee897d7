import type { Sql } from '@signalbox/database';
import type { CollectedSlice, ErasedSlice, Holding, Person } from './holding.js';

const AT_ONCE = 200;

/** A table whose rows of a user are found by an index, handed out as they are and then deleted. */
export interface RowsOfUser {
  readonly name: string;
  /** $1 app, $2 what `by` says, $3 how many: takes so many rows at most. */
  readonly erase: string;
  /** $1 app, $2 what `by` says, $3 behind this `id`, $4 how many, in the order of `id` as text. */
  readonly collect?: string;
  /** By what the rows are found; nothing is where it says undefined. */
  readonly by: (person: Person) => unknown;
}

export function rowsHolding({ name, erase, collect, by }: RowsOfUser): Holding {
  return {
    name,
    async erase(tx, person): Promise<ErasedSlice> {
      const key = by(person);
      if (key === undefined) return {};
      const { rowCount } = await tx.query(erase, [person.appId, key, AT_ONCE]);
      return { counts: { [name]: rowCount }, ...(rowCount === AT_ONCE && { next: 'more' }) };
    },
    ...(collect !== undefined && {
      collect: (tx: Sql, person: Person, at: string | undefined) => collectRows(tx, collect, person, by(person), at),
    }),
  };
}

async function collectRows(
  tx: Sql,
  statement: string,
  { appId }: Person,
  key: unknown,
  at: string | undefined,
): Promise<CollectedSlice> {
  if (key === undefined) return { records: [] };
  const { rows } = await tx.query<{ id: string }>(statement, [appId, key, at ?? '', AT_ONCE]);
  return { records: rows, next: rows.length === AT_ONCE ? rows.at(-1)!.id : undefined };
}
