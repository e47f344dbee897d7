import {
  type DeadLetterGroup,
  type DeadLetterView,
  firstUuidAt,
  type Page,
  parseId,
  type Uuid,
} from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { toPage } from '@signalbox/http';
import { MAX_ITEMS, type Publisher } from '@signalbox/queues';
import { COUNT_OPEN, GROUPS, LIST, ONE } from './dead-letter.queries.js';
import { discardLetters } from './discard.js';
import { type LetterRow, viewGroup, viewLetter, type GroupRow } from './dead-letter-view.js';
import { replay, type Replayed } from './replay.js';
import { lockOpen, matchOf, type Selection } from './selection.js';

/** Dead deliveries: what there is, and the two ways out. Truth is the delivery; a letter says what was done about it. */
export class DeadLetters {
  constructor(
    private readonly database: Database,
    private readonly publisher: Publisher,
  ) {}

  async list(
    selection: Selection,
    state: DeadLetterView['state'],
    after: string | undefined,
    limit: number,
  ): Promise<Page<DeadLetterView>> {
    const from = after === undefined ? firstUuidAt(0) : parseId('delivery', after);
    if (from === undefined) return { items: [], next: null };
    const { rows } = await this.database.query<LetterRow>(LIST, [...matchOf(selection), state, from, limit + 1]);
    return toPage(rows.map(viewLetter), limit);
  }

  /** One letter, open or not; undefined when there is none, or it is of another app. */
  async find(appId: Uuid | null, id: Uuid): Promise<DeadLetterView | undefined> {
    const { rows } = await this.database.query<LetterRow>(ONE, [appId, id]);
    return rows[0] && viewLetter(rows[0]);
  }

  async groups(appId: Uuid | null): Promise<DeadLetterGroup[]> {
    return (await this.database.query<GroupRow>(GROUPS, [appId])).rows.map(viewGroup);
  }

  replay(selection: Selection, pace: { limit: number; perSecond: number }): Promise<Replayed> {
    return replay(this.database, this.publisher, selection, pace);
  }

  /** Puts letters away for good; answers how many. */
  async discard(selection: Selection, note: string, limit: number): Promise<number> {
    let discarded = 0;
    while (discarded < limit) {
      const count = await this.discardSlice(selection, note, Math.min(limit - discarded, MAX_ITEMS));
      if (count === 0) break;
      discarded += count;
    }
    return discarded;
  }

  /** Open letters that match; of named ids, those that are still open. */
  async countOpen(selection: Selection): Promise<number> {
    if (selection.ids !== undefined) return 0;
    return (await this.database.query<{ count: number }>(COUNT_OPEN, matchOf(selection))).rows[0]!.count;
  }

  private discardSlice(selection: Selection, note: string, most: number): Promise<number> {
    return this.database.transaction((tx) => discardWithin(tx, selection, note, most));
  }
}

/** Puts up to `most` open letters away inside the caller's transaction; answers how many. */
export async function discardWithin(tx: Sql, selection: Selection, note: string, most: number): Promise<number> {
  return discardLetters(tx, await lockOpen(tx, selection, most), { note });
}
