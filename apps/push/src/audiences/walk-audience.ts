import type { AudienceSize, Uuid } from '@signalbox/contracts';
import { readWithin, type Sql } from '@signalbox/database';
import type { Audience } from './audience.js';
import { audienceQueries } from './audience.queries.js';

/** A phone of an audience, as routing wants it. */
export interface AudienceDevice {
  readonly id: Uuid;
  readonly userId: string | null;
  readonly platform: string;
  readonly targetKind: string;
  readonly locale: string | null;
  readonly timeZone: string | null;
}

/** Where a walk through an audience is: behind `after`, and up to `last`. */
export interface Stretch {
  readonly after: Uuid;
  readonly last: Uuid;
}

/** Below and above every id that a phone has. */
export const FIRST_ID: Uuid = '00000000-0000-0000-0000-000000000000';
const LAST_ID: Uuid = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** So many phones are looked at for one portion at most, however few of them are meant. */
const LOOKED_AT = 5_000;

export interface Portion {
  readonly devices: readonly AudienceDevice[];
  /** Everything up to here was looked at; undefined: everything. */
  readonly upTo: Uuid | undefined;
}

/** The next active phones of an audience, in the order of their ids: as many as `limit`, or fewer where few are meant. */
export async function nextPortion(
  sql: Sql,
  appId: Uuid,
  audience: Audience,
  { after, last }: Stretch,
  limit: number,
): Promise<Portion> {
  const { bound, portion, parameters } = audienceQueries(audience);
  const end =
    bound === undefined
      ? undefined
      : await boundOf(sql, bound.sql, [appId, after, last, LOOKED_AT, ...bound.parameters]);
  const { rows } = await sql.query<AudienceDevice>(portion, [appId, after, end ?? last, limit, ...parameters]);
  return { devices: rows, upTo: rows.length === limit ? rows.at(-1)!.id : end };
}

async function boundOf(sql: Sql, statement: string, parameters: readonly unknown[]): Promise<Uuid | undefined> {
  const { rows } = await sql.query<{ id: Uuid }>(statement, [...parameters]);
  return rows[0]?.id;
}

/** A broadcast does not wait longer to know how many it is for. */
const COUNT_MS = 5_000;

/** How many active phones an audience has behind `after` and up to `last`; null: counting them takes too long. */
export async function countAudience(
  tx: Sql,
  appId: Uuid,
  audience: Audience,
  stretch: Stretch,
): Promise<number | null> {
  const { count, parameters } = audienceQueries(audience);
  const counted = await readWithin(tx, COUNT_MS, () =>
    tx.query<{ n: number }>(count, [appId, stretch.after, stretch.last, null, ...parameters]),
  );
  return counted === undefined ? null : counted.rows[0]!.n;
}

/** The same, told by channel and language of the phones. */
export async function sizeOfAudience(sql: Sql, appId: Uuid, audience: Audience): Promise<AudienceSize> {
  const { groups, parameters } = audienceQueries(audience);
  const { rows } = await sql.query<{ channel: string; locale: string | null; n: number }>(groups, [
    ...[appId, FIRST_ID, LAST_ID, null],
    ...parameters,
  ]);
  const sum = (name: (row: { channel: string; locale: string | null }) => string): Record<string, number> => {
    const sums: Record<string, number> = {};
    for (const row of rows) sums[name(row)] = (sums[name(row)] ?? 0) + row.n;
    return sums;
  };
  return {
    devices: rows.reduce((all, { n }) => all + n, 0),
    byChannel: sum(({ channel }) => channel),
    byLocale: sum(({ locale }) => locale ?? 'unknown'),
  };
}

/** About `most` active phones from everywhere in an audience of `size`, the same ones whenever it is asked. */
export async function sampleAudience(
  sql: Sql,
  appId: Uuid,
  audience: Audience,
  size: number,
  most: number,
): Promise<AudienceDevice[]> {
  const { sample, parameters } = audienceQueries(audience);
  const oneOf = Math.max(1, Math.ceil(size / most));
  const { rows } = await sql.query<AudienceDevice>(sample, [appId, oneOf, most, null, ...parameters]);
  return rows;
}
