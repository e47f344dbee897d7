import { newUuid, type QueueName, type Uuid } from '@signalbox/contracts';
import { askTogether, type Sql } from '@signalbox/database';
import { workQueries, type WorkTable } from './work.queries.js';
import {
  CLAIMS_OF_A_HALF,
  firstLookAfter,
  LONGEST_JOB_DELAY_MS,
  MAX_ITEMS,
  type LeasedWork,
  type NewWork,
  type Offer,
} from './work.js';

/** What is open on one queue. */
export interface Backlog {
  readonly queue: string;
  readonly rows: number;
  readonly items: number;
  readonly oldestDueSeconds: number;
}

/** The work that is next in a queue. */
export interface QueueHead {
  readonly queue: QueueName;
  readonly work: Uuid;
}

/** What one look at due rows came to. */
export interface OfferRound {
  /** Rows that were looked at: as many as were asked for when there may be more. */
  readonly looked: number;
  readonly offers: readonly Offer[];
}

/**
 * The work rows of one service. Every method is one statement on the connection or transaction it is given; none of
 * them knows of BullMQ.
 */
export class WorkStore {
  private readonly sql: ReturnType<typeof workQueries>;

  constructor(table: WorkTable) {
    this.sql = workQueries(table);
  }

  /** The statements that every piece of work goes through: worth preparing. */
  get hotStatements(): readonly string[] {
    const { enqueue, replace, claim, renew, lock, remove } = this.sql;
    return [enqueue, replace, claim, renew, lock, remove];
  }

  /** Takes on work inside the caller's transaction. The caller publishes the answer after its commit, or not at all. */
  async enqueue(tx: Sql, works: readonly NewWork[]): Promise<Offer[]> {
    if (works.length === 0) return [];
    await tx.query(this.sql.enqueue, columnsOf(works));
    return firstOffers(works);
  }

  /**
   * Ends a leased row and takes on what follows from it, in one statement. The caller publishes the answer; `undefined`: nothing was
   * written, since the lease is lost, or an item was taken out of the row since it was claimed.
   */
  async replace(sql: Sql, work: LeasedWork, works: readonly NewWork[]): Promise<Offer[] | undefined> {
    const { rowCount } = await sql.query(this.sql.replace, [
      ...columnsOf(works),
      work.id,
      work.token,
      JSON.stringify(work.items),
    ]);
    return rowCount > 0 ? firstOffers(works) : undefined;
  }

  /** Whether there is anything to offer: a cheap look before the dear one. */
  anyDue(sql: Sql): Promise<boolean> {
    return askTogether(sql, { asks: this.sql.anyDue });
  }

  /**
   * Marks due, unleased rows as offered and answers them: transactional lanes first. `heads`: what is next in queues with a
   * backlog; rows that must be behind it are put off. `away`: queues that would not take them; theirs stay as they are.
   */
  async offerDue(
    sql: Sql,
    limit: number,
    { heads = [], away = [] }: { readonly heads?: readonly QueueHead[]; readonly away?: readonly QueueName[] } = {},
  ): Promise<OfferRound> {
    const { rows } = await sql.query<Omit<Offer, 'delay'> & { waits: boolean }>(this.sql.offer, [
      limit,
      heads.map(({ queue }) => queue),
      heads.map(({ work }) => work),
      away,
    ]);
    return {
      looked: rows.length,
      offers: rows.filter(({ waits }) => !waits).map(({ waits: _, ...row }) => ({ ...row, delay: 0 })),
    };
  }

  /**
   * Leases a row to this process; `undefined` when somebody else has it or it is done. Asked again with the same token it
   * answers the same lease, prolonged: for a caller who did not hear the first answer.
   */
  async claim<Item>(sql: Sql, id: Uuid, token: Uuid = newUuid()): Promise<LeasedWork<Item> | undefined> {
    const { rows } = await sql.query<Omit<LeasedWork<Item>, 'token'>>(this.sql.claim, [id, token]);
    return rows[0] && { ...rows[0], token };
  }

  /**
   * Prolongs leases; answers the tokens that still hold. Not the ids: a process may have lost a row and claimed it again,
   * and then only one of its two leases is alive.
   */
  async renew(sql: Sql, held: readonly { id: Uuid; token: Uuid }[]): Promise<Set<Uuid>> {
    const { rows } = await sql.query<{ token: Uuid }>(this.sql.renew, [
      held.map((each) => each.id),
      held.map((each) => each.token),
    ]);
    return new Set(rows.map((row) => row.token));
  }

  /**
   * Gives work back, due after `delay` milliseconds. `keepClaim` leaves the claim counted, for work that failed in a
   * way that may be its own fault; a hold, a full bulkhead or a shutdown burns nothing. `held` work is not overdue until then.
   */
  async release(
    sql: Sql,
    work: { id: Uuid; token: Uuid },
    delay: number,
    { keepClaim = false, held = false }: { readonly keepClaim?: boolean; readonly held?: boolean } = {},
  ): Promise<boolean> {
    const { rowCount } = await sql.query(this.sql.release, [
      work.id,
      work.token,
      Math.max(0, Math.round(delay)),
      keepClaim ? 0 : 1,
      held,
    ]);
    return rowCount > 0;
  }

  /** Locks a leased row for the rest of the transaction and answers its items as they are now; `undefined`: lease lost. */
  async lock<Item>(tx: Sql, work: { id: Uuid; token: Uuid }): Promise<readonly Item[] | undefined> {
    const { rows } = await tx.query<{ items: Item[] }>(this.sql.lock, [work.id, work.token]);
    return rows[0]?.items;
  }

  async remove(tx: Sql, work: { id: Uuid; token: Uuid }): Promise<boolean> {
    const { rowCount } = await tx.query(this.sql.remove, [work.id, work.token]);
    return rowCount > 0;
  }

  /** Replaces a leased row by its two halves, so that one deadly item is found without losing the others. */
  async split(sql: Sql, work: { id: Uuid; token: Uuid }): Promise<void> {
    await sql.query(this.sql.split, [work.id, work.token, CLAIMS_OF_A_HALF]);
  }

  /**
   * Makes everything that had been offered on a queue due again, spread over three seconds, and what had not as soon as it is due;
   * answers how many rows.
   */
  async offerAgain(sql: Sql, queue: string): Promise<number> {
    return (await sql.query(this.sql.offerAgain, [queue])).rowCount;
  }

  /** Makes work offerable as soon as it is due whose first job could not be published. @returns how many rows. */
  async offerFirst(sql: Sql, queue: QueueName): Promise<number> {
    return (await sql.query(this.sql.offerFirst, [queue])).rowCount;
  }

  async backlog(sql: Sql): Promise<Backlog[]> {
    return (await sql.query<Backlog>(this.sql.backlog)).rows;
  }
}

/** @throws RangeError for a row of too many items. */
function columnsOf(works: readonly NewWork[]): unknown[][] {
  const oversized = works.find((work) => work.items.length > MAX_ITEMS);
  if (oversized) throw new RangeError(`a work row holds at most ${MAX_ITEMS} items, not ${oversized.items.length}`);
  return [
    works.map((work) => work.id),
    works.map((work) => work.rootId),
    works.map((work) => work.queue),
    works.map((work) => work.lane),
    works.map((work) => work.appId ?? null),
    works.map((work) => work.credentialId ?? null),
    works.map((work) => JSON.stringify(work.items)),
    works.map((work) => work.delay ?? 0),
    works.map((work) => firstLookAfter(work.delay ?? 0)),
    works.map((work) => work.lease ?? null),
  ];
}

/** The offer that follows a commit at once; its number 0 is never used by the offer loop. */
export function firstOffer(work: NewWork): Offer {
  const { id, queue, lane, appId = null, items, delay = 0 } = work;
  return { id, offer: 0, queue, lane, appId, count: items.length, delay };
}

/** The same of many; what is due much later is offered when its time comes, and what is leased is under way. */
export function firstOffers(works: readonly NewWork[]): Offer[] {
  return works.filter(({ delay = 0, lease }) => delay <= LONGEST_JOB_DELAY_MS && lease === undefined).map(firstOffer);
}
