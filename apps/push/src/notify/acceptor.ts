import { newUuid, type Lane, type Uuid } from '@signalbox/contracts';
import { bytesArray, type Database, DatabaseUnreachable, jsonbArray, textArray } from '@signalbox/database';
import { firstLookAfter, firstOffers, type Offer, type Publisher } from '@signalbox/queues';
import { atCrashPoint, BatcherFull, MicroBatcher } from '@signalbox/resilience';
import { routeQueueOf } from '../work/queue-of-lane.js';
import { ACCEPT, EARLIER_ANSWERS } from './accept.queries.js';

/** A validated notification on its way into the log. */
export interface AcceptEntry {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly lane: Lane;
  readonly subject: string;
  /** The event's data as JSON, but for the root that only the flush knows. */
  readonly payload: string;
  readonly content: Buffer;
  readonly dekId: Uuid;
  /** When it is to be routed, in milliseconds since 1970; at once unless told. */
  readonly dueAt?: number;
  readonly key?: { readonly hash: Uuid; readonly requestHash: Buffer };
}

/**
 * What became of an accept:
 * - `accepted`: committed now;
 * - `replayed`: the same key and request were accepted before, under this id;
 * - `conflict`: the key stands for another request;
 * - `unknown`: the database did not say; the caller should ask again with the same key;
 * - `busy`: too many are waiting for their commit; nothing was stored.
 */
export type AcceptResult =
  | { readonly kind: 'accepted' | 'replayed'; readonly id: Uuid }
  | { readonly kind: 'conflict' | 'busy' }
  | { readonly kind: 'unknown'; readonly cause: unknown };

const MAX_BATCH = 256;
const MAX_WAITING = 10_000;

/**
 * Takes notifications on: concurrent callers share one statement and one commit (measured: five to eight times the rate
 * of a commit each). A caller hears of success only after the commit; the job that wakes a worker comes after it and
 * may be lost.
 */
export class Acceptor {
  private readonly batcher: MicroBatcher<AcceptEntry, AcceptResult>;

  constructor(
    private readonly database: Database,
    private readonly publisher: Publisher,
  ) {
    this.batcher = new MicroBatcher({
      flush: (entries) => this.flush(entries),
      maxBatch: MAX_BATCH,
      maxWaiting: MAX_WAITING,
      isolate: (error) => !(error instanceof DatabaseUnreachable),
    });
  }

  /** @throws the database's refusal of this very entry. */
  async accept(entry: AcceptEntry): Promise<AcceptResult> {
    try {
      return await this.batcher.add(entry);
    } catch (error) {
      if (error instanceof DatabaseUnreachable) return { kind: 'unknown', cause: error };
      if (error instanceof BatcherFull) return { kind: 'busy' };
      throw error;
    }
  }

  /** What became of an earlier request with this key; undefined when there was none, or nobody knows. */
  async earlier(key: NonNullable<AcceptEntry['key']>): Promise<AcceptResult | undefined> {
    const { rows } = await this.database.query<EarlierAnswer>(EARLIER_ANSWERS, [[key.hash]]);
    return rows[0] && sameRequest({ key }, rows[0].requestHash, rows[0].resultId);
  }

  /** Wakes whoever does work that was accepted in a transaction of somebody else's. Nobody waits for it. */
  publish(offers: readonly Offer[]): void {
    void this.publisher.publish(offers, 'accept.publish');
  }

  /** Resolves when nothing is waiting for its commit. */
  drain(): Promise<void> {
    return this.batcher.drain();
  }

  private async flush(entries: readonly AcceptEntry[]): Promise<readonly AcceptResult[]> {
    const leaders = leadersOf(entries);
    const works = worksFor(leaders, Date.now());
    const winners = await atCrashPoint('accept.commit', () => this.write(leaders, works));
    this.wakeWorkers(leaders, works, winners);
    const earlier = await this.earlierAnswers(leaders.filter((leader) => !winners.has(leader.id)));
    const firstOfKey = new Map(leaders.flatMap((leader) => (leader.key ? [[leader.key.hash, leader] as const] : [])));
    return entries.map((entry) => {
      const leader = (entry.key && firstOfKey.get(entry.key.hash)) ?? entry;
      return resultOf(entry, leader, winners, earlier);
    });
  }

  private async write(leaders: readonly AcceptEntry[], works: Works): Promise<Set<Uuid>> {
    const fresh = [...new Set(works.values())];
    const { rows } = await this.database.query<{ id: Uuid }>(ACCEPT, [
      leaders.map((entry) => entry.id),
      leaders.map((entry) => entry.appId),
      leaders.map((entry) => works.get(entry)!.id),
      textArray(leaders.map((entry) => entry.subject)),
      jsonbArray(leaders.map((entry) => `{"root":"${works.get(entry)!.id}",${entry.payload.slice(1)}`)),
      bytesArray(leaders.map((entry) => entry.content)),
      leaders.map((entry) => entry.dekId),
      leaders.map((entry) => entry.key?.hash ?? null),
      bytesArray(leaders.map((entry) => entry.key?.requestHash ?? null)),
      fresh.map(({ id }) => id),
      fresh.map(({ lane }) => lane),
      fresh.map(({ lane }) => routeQueueOf(lane)),
      fresh.map(({ delay }) => delay),
      fresh.map(({ delay }) => firstLookAfter(delay)),
    ]);
    return new Set(rows.map((row) => row.id));
  }

  private wakeWorkers(leaders: readonly AcceptEntry[], works: Works, winners: ReadonlySet<Uuid>): void {
    const accepted = Map.groupBy(
      leaders.filter(({ id }) => winners.has(id)),
      (entry) => works.get(entry)!,
    );
    const offers = firstOffers(
      [...accepted].map(([{ id, lane, delay }, items]) => {
        return { id, rootId: id, queue: routeQueueOf(lane), lane, items, delay };
      }),
    );
    // Behind the answers: callers wait for the commit, and nobody for the job.
    setImmediate(() => this.publish(offers));
  }

  private async earlierAnswers(
    losers: readonly AcceptEntry[],
  ): Promise<ReadonlyMap<Uuid, EarlierAnswer> | DatabaseUnreachable> {
    if (losers.length === 0) return new Map();
    try {
      const { rows } = await this.database.query<EarlierAnswer & { k: Uuid }>(EARLIER_ANSWERS, [
        losers.map((loser) => loser.key!.hash),
      ]);
      return new Map(rows.map((row) => [row.k, row]));
    } catch (error) {
      // The winners of this flush are committed and must hear so; only the losers are left in doubt.
      return error instanceof DatabaseUnreachable ? error : new DatabaseUnreachable(error);
    }
  }
}

interface EarlierAnswer {
  readonly requestHash: Buffer;
  readonly resultId: Uuid;
}

/** One entry per idempotency key: the first that came. The others are answered from what becomes of it. */
function leadersOf(entries: readonly AcceptEntry[]): AcceptEntry[] {
  const seen = new Set<Uuid>();
  return entries.filter((entry) => {
    if (!entry.key) return true;
    if (seen.has(entry.key.hash)) return false;
    seen.add(entry.key.hash);
    return true;
  });
}

/** A work row of this flush; `delay`: milliseconds until it is due. */
interface FlushedWork {
  readonly id: Uuid;
  readonly lane: Lane;
  readonly delay: number;
}

/** Entries of one lane that are due in one second share a row. */
type Works = ReadonlyMap<AcceptEntry, FlushedWork>;

function worksFor(leaders: readonly AcceptEntry[], now: number): Works {
  const byPlace = new Map<string, FlushedWork>();
  return new Map(
    leaders.map((entry) => {
      const { lane, dueAt = 0 } = entry;
      // Rounded up: never before its time.
      const second = dueAt > now ? Math.ceil(dueAt / 1_000) : 0;
      const place = `${lane}/${second}`;
      const work = byPlace.get(place) ?? { id: newUuid(), lane, delay: Math.max(0, second * 1_000 - now) };
      byPlace.set(place, work);
      return [entry, work] as const;
    }),
  );
}

function resultOf(
  entry: AcceptEntry,
  leader: AcceptEntry,
  winners: ReadonlySet<Uuid>,
  earlier: ReadonlyMap<Uuid, EarlierAnswer> | DatabaseUnreachable,
): AcceptResult {
  if (winners.has(entry.id)) return { kind: 'accepted', id: entry.id };
  if (winners.has(leader.id)) return sameRequest(entry, leader.key!.requestHash, leader.id);
  if (earlier instanceof DatabaseUnreachable) return { kind: 'unknown', cause: earlier };
  const answer = earlier.get(entry.key!.hash);
  // Purged between the two statements: asking again with the same key settles it.
  if (answer === undefined) return { kind: 'unknown', cause: 'the idempotency key expired this very moment' };
  return sameRequest(entry, answer.requestHash, answer.resultId);
}

function sameRequest(entry: Pick<AcceptEntry, 'key'>, requestHash: Buffer, id: Uuid): AcceptResult {
  return entry.key!.requestHash.equals(requestHash) ? { kind: 'replayed', id } : { kind: 'conflict' };
}
