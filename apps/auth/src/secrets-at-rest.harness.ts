import type { Sql } from '@signalbox/database';

/** Everything that is in a database, as text: each row of each table, whoever owns it. Bytes are in hex. */
export async function dumpOf(sql: Sql): Promise<string> {
  const { rows: tables } = await sql.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  const parts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await sql.query<{ row: string }>(`SELECT to_jsonb(t)::text AS row FROM ${name} AS t`);
    parts.push(...rows.map(({ row }) => `${name} ${row}`));
  }
  return parts.join('\n');
}

/** One thing that somebody was given and that must be found nowhere; `name` is what a failing test says. */
export interface IssuedSecret {
  readonly name: string;
  readonly value: string;
}

/** The names of those secrets that stand in a text, plain or in an encoding that anybody undoes. */
export function foundIn(text: string, secrets: readonly IssuedSecret[]): string[] {
  return secrets.filter(({ value }) => formsOf(value).some((form) => text.includes(form))).map(({ name }) => name);
}

function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const json = JSON.stringify(value).slice(1, -1);
  return [
    value,
    json,
    encodeURIComponent(value),
    bytes.toString('hex'),
    bytes.toString('base64url'),
    bytes.toString('base64'),
  ];
}
