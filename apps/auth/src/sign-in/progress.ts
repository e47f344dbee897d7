import { createHash } from 'node:crypto';
import type { Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { FORGET_PROGRESS, READ_PROGRESS, WRITE_PROGRESS } from './progress.queries.js';

/** Minutes; as long as an interaction lives. */
const LIFE = 30;

/** What a visitor has proven so far, before there is a session. */
export interface Progress {
  readonly userId: Uuid | undefined;
  /** How, in the order it was proven. */
  readonly amr: readonly string[];
  /** What is still missing. */
  readonly needs: string | undefined;
  /** What other parts keep with it, each under its own name. */
  readonly data: Readonly<Record<string, unknown>>;
}

const NOTHING: Progress = { userId: undefined, amr: [], needs: undefined, data: {} };

/** The progress of all interactions under way; found by the interaction's id, which is kept as a hash. */
export class ProgressStore {
  constructor(private readonly database: Database) {}

  async read(uid: string, sql: Sql = this.database): Promise<Progress> {
    const { rows } = await sql.query<{
      user_id: Uuid | null;
      amr: string[];
      needs: string | null;
      data: Progress['data'];
    }>(READ_PROGRESS, [idOf(uid)]);
    const row = rows[0];
    return row === undefined
      ? NOTHING
      : { userId: row.user_id ?? undefined, amr: row.amr, needs: row.needs ?? undefined, data: row.data };
  }

  async write(
    uid: string,
    appId: Uuid,
    { userId, amr, needs, data }: Progress,
    sql: Sql = this.database,
  ): Promise<void> {
    await sql.query(WRITE_PROGRESS, [idOf(uid), appId, userId ?? null, amr, needs ?? null, JSON.stringify(data), LIFE]);
  }

  /** Keeps something of another part's with it. */
  async note(uid: string, appId: Uuid, name: string, value: unknown): Promise<void> {
    const progress = await this.read(uid);
    await this.write(uid, appId, { ...progress, data: { ...progress.data, [name]: value } });
  }

  async forget(uid: string): Promise<void> {
    await this.database.query(FORGET_PROGRESS, [idOf(uid)]);
  }
}

function idOf(uid: string): Buffer {
  return createHash('sha256').update(uid).digest();
}
