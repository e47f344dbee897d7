import { formatId, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { FLAGS_THAT_ARE_OFF } from './flag.queries.js';

/** Something that a flag turns off, as processes say. */
export interface FlagThatIsOff {
  readonly flag: string;
  readonly source: 'environment' | 'file';
  /** Null: of every app that is not named. */
  readonly appId: string | null;
  readonly reason: string | null;
  readonly since: Date;
  readonly processes: readonly string[];
}

const MOST_SHOWN = 100;

export async function readFlags(sql: Sql): Promise<FlagThatIsOff[]> {
  const { rows } = await sql.query<FlagThatIsOff & { appId: Uuid | null }>(FLAGS_THAT_ARE_OFF, [MOST_SHOWN]);
  return rows.map((row) => ({ ...row, appId: row.appId === null ? null : formatId('app', row.appId) }));
}
