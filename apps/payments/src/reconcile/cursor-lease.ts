import { formatId, type Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import type { Gap } from './gap.js';
import { ADVANCE_CURSOR, CLAIM_CURSOR, FINISH_CURSOR, POSTPONE_CURSOR } from './reconcile.queries.js';
import { SNAPSHOT_SLICES, THIN_SLICES } from './slices.js';

/** The names of the slices, as the queries take them. */
export const SLICE_NAMES = [SNAPSHOT_SLICES, THIN_SLICES].map((slices) => slices.map(({ name }) => name));

/** How far an account's events of a slice are compared, as it was when the lease was taken. */
export interface Cursor {
  readonly appId: Uuid;
  /** The connected account; empty: the app's own. */
  readonly account: string;
  readonly slice: string;
  readonly through: Date;
  readonly ranAt: Date | null;
  /** The database's clock. */
  readonly now: Date;
}

/** The right to run one cursor, in all processes; lost when nothing was heard of the run for twenty seconds. */
export class CursorLease {
  private constructor(
    private readonly database: Database,
    readonly cursor: Cursor,
    private token: string,
  ) {}

  /** Takes the cursor that is due longest and was not run since `roundBegan`; undefined when there is none. */
  static async claim(database: Database, intervalMs: number, roundBegan: string): Promise<CursorLease | undefined> {
    const { rows } = await database.query<Cursor & { token: string }>(CLAIM_CURSOR, [
      ...SLICE_NAMES,
      intervalMs,
      roundBegan,
    ]);
    return rows[0] && new CursorLease(database, rows[0], rows[0].token);
  }

  /** Keeps the lease, and notes that everything created before `through` (seconds) is known. False: it is lost. */
  async advance(through?: number): Promise<boolean> {
    const { rows } = await this.database.query<{ token: string }>(ADVANCE_CURSOR, [...this.held, through ?? null]);
    this.token = rows[0]?.token ?? this.token;
    return rows[0] !== undefined;
  }

  /** Ends a complete run, and tells of what it found. False: the lease was lost, and somebody else will tell. */
  async finish(through: number | undefined, gap: Gap): Promise<boolean> {
    const { appId, account } = this.cursor;
    return this.database.transaction(async (tx) => {
      const { rowCount } = await tx.query(FINISH_CURSOR, [...this.held, through ?? null, gap.count]);
      if (rowCount === 0 || gap.count === 0) return rowCount > 0;
      const subject = account === '' ? formatId('app', appId) : account;
      await append(tx, [{ appId, type: 'stripe_event.gap_filled', subject, data: gap.toFact() }]);
      return true;
    });
  }

  /** Ends a run that could not be completed; nobody repeats it before `ms` milliseconds are over. */
  async postpone(ms: number, why: string): Promise<void> {
    await this.database.query(POSTPONE_CURSOR, [...this.held, ms, why]);
  }

  private get held(): readonly string[] {
    const { appId, account, slice } = this.cursor;
    return [appId, account, slice, this.token];
  }
}
