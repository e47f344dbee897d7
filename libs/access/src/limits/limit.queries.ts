import { askTogether, type Sql } from '@signalbox/database';

/** Versions never go back and rows never go away, so the sum tells of every change, whenever it commits. Sequential over the rows, which are few. */
const ANOTHER_SUM = `(SELECT coalesce(sum(version), 0) FROM app_limit) <> $1::bigint`;

const ALL_LIMITS = `SELECT app_id AS "appId", limits, version FROM app_limit`;

export interface LimitRow {
  readonly appId: string;
  readonly limits: unknown;
  readonly version: number;
}

export function haveLimitsChanged(sql: Sql, sum: number): Promise<boolean> {
  return askTogether(sql, { asks: ANOTHER_SUM, params: [String(sum)] });
}

export async function readLimits(sql: Sql): Promise<readonly LimitRow[]> {
  return (await sql.query<LimitRow>(ALL_LIMITS)).rows;
}
