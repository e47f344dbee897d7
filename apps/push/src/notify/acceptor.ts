import { newUuid, type Lane, type Uuid } from '@signalbox/contracts';
import { bytesArray, type Database, DatabaseUnreachable, jsonbArray, textArray, uuidArray } from '@signalbox/database';
import { firstLookAfter, firstOffers, type Offer, type Publisher } from '@signalbox/queues';
import { atCrashPoint, BatcherFull, MicroBatcher } from '@signalbox/resilience';
import type { Figures } from '../figures/figures.js';
import { routeQueueOf } from '../work/queue-of-lane.js';
import { ACCEPT, ACCEPT_ONE, EARLIER_ANSWERS } from './accept.queries.js';

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
  readonly key?: KeyClaim;
}

/** An idempotency key and what it is to stand for. */
export interface KeyClaim {
  readonly hash: Uuid;
  readonly requestHash: Buffer;
}

/**
 * Takes the last steps of an entry (hashes, seals, writes JSON) when it is about to be committed, with all that share its commit. One
 * after the other they take a quarter of the time that each takes amid everything else that its request goes through: the processor
 * finds their code in its caches (seal: 22 microseconds and 5). Called again for a commit that is tried again in halves.
 */
export type Draft = () => AcceptEntry;

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

const NOBODY: ReadonlySet<Uuid> = new Set();
const MAX_BATCH = 256;
const MAX_WAITING = 10_000;

/**
 * Takes notifications on: concurrent callers share one statement and one commit (measured: five to eight times the rate
 * of a commit each). A caller hears of success only after the commit; the job that wakes a worker comes after it and
 * may be lost.
 */
export class Acceptor {
  private readonly batcher: MicroBatcher<Draft, AcceptResult>;

  constructor(
    private readonly database: Database,
    private readonly publisher: Publisher,
    private readonly figures: Figures,
  ) {
    this.batcher = new MicroBatcher({
      flush: (drafts) => this.flush(drafts.map((finish) => finish())),
      maxBatch: MAX_BATCH,
      maxWaiting: MAX_WAITING,
      isolate: (error) => !(error instanceof DatabaseUnreachable),
    });
  }

  /** @throws the database's refusal of this very entry. */
  async accept(draft: Draft): Promise<AcceptResult> {
    try {
      return await this.batcher.add(draft);
    } catch (error) {
      if (error instanceof DatabaseUnreachable) return { kind: 'unknown', cause: error };
      if (error instanceof BatcherFull) return { kind: 'busy' };
      throw error;
    }
  }

  /** What became of an earlier request with this key; undefined when there was none, or nobody knows. */
  async earlier(key: KeyClaim): Promise<AcceptResult | undefined> {
    const { rows } = await this.database.query<EarlierAnswer>(EARLIER_ANSWERS, [[key.hash]]);
    return rows[0] && sameRequest({ key }, rows[0].requestHash, rows[0].resultId);
  }

  /** Wakes whoever does work that was accepted in a transaction of somebody else's. Nobody waits for it. */
  publish(offers: readonly Offer[]): void {
    for (const { lane, count } of offers) this.figures.accepted(lane, count);
    void this.publisher.publish(offers, 'accept.publish');
  }

  /** Resolves when nothing is waiting for its commit. */
  drain(): Promise<void> {
    return this.batcher.drain();
  }

  private async flush(entries: readonly AcceptEntry[]): Promise<readonly AcceptResult[]> {
    const leaderOfKey = leadersByKey(entries);
    const leaderOf = (entry: AcceptEntry): AcceptEntry => (entry.key ? leaderOfKey.get(entry.key.hash)! : entry);
    const leaders = entries.filter((entry) => leaderOf(entry) === entry);
    const works = worksFor(leaders, Date.now());
    const losers = await atCrashPoint('accept.commit', () => this.write(works));
    this.wakeWorkers(works, losers);
    const earlier = await this.earlierAnswers(leaders.filter((leader) => losers.has(leader.id)));
    return entries.map((entry) => resultOf(entry, leaderOf(entry), losers, earlier));
  }

  /** @returns the ids of those whose key is held by an earlier request. */
  private async write(works: readonly FlushedWork[]): Promise<ReadonlySet<Uuid>> {
    const [first, ...others] = works;
    const isAlone = others.length === 0 && first!.items.length === 1;
    const { rows } = isAlone
      ? await this.database.query<{ id: Uuid }>(ACCEPT_ONE, paramsOfOne(first!))
      : await this.database.query<{ id: Uuid }>(ACCEPT, paramsOf(works));
    return rows.length === 0 ? NOBODY : new Set(rows.map((row) => row.id));
  }

  private wakeWorkers(works: readonly FlushedWork[], losers: ReadonlySet<Uuid>): void {
    const accepted = works.map((work) => ({ ...work, items: work.items.filter(({ id }) => !losers.has(id)) }));
    // What is due later has no job yet, and is accepted all the same.
    for (const { lane, items } of accepted) this.figures.accepted(lane, items.length);
    const offers = firstOffers(
      accepted
        .filter(({ items }) => items.length > 0)
        .map(({ id, lane, delay, items }) => ({ id, rootId: id, queue: routeQueueOf(lane), lane, items, delay })),
    );
    // Behind the answers: callers wait for the commit, and nobody for the job.
    setImmediate(() => void this.publisher.publish(offers, 'accept.publish'));
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
function leadersByKey(entries: readonly AcceptEntry[]): ReadonlyMap<Uuid, AcceptEntry> {
  const leaders = new Map<Uuid, AcceptEntry>();
  for (const entry of entries) if (entry.key && !leaders.has(entry.key.hash)) leaders.set(entry.key.hash, entry);
  return leaders;
}

/** A work row of this flush; `delay`: milliseconds until it is due. */
interface FlushedWork {
  readonly id: Uuid;
  readonly lane: Lane;
  readonly delay: number;
  readonly items: AcceptEntry[];
}

/** Entries of one lane that are due in one second share a row. */
function worksFor(leaders: readonly AcceptEntry[], now: number): FlushedWork[] {
  const byPlace = new Map<string, FlushedWork>();
  for (const entry of leaders) {
    const { lane, dueAt = 0 } = entry;
    // Rounded up: never before its time.
    const second = dueAt > now ? Math.ceil(dueAt / 1_000) : 0;
    const place = second === 0 ? lane : `${lane}/${second}`;
    const work = byPlace.get(place);
    if (work) work.items.push(entry);
    else byPlace.set(place, { id: newUuid(), lane, delay: Math.max(0, second * 1_000 - now), items: [entry] });
  }
  return [...byPlace.values()];
}

function paramsOfOne({ id, lane, delay, items }: FlushedWork): unknown[] {
  const entry = items[0]!;
  return [
    ...[entry.id, entry.appId, id, entry.subject, payloadOf(entry, id), entry.content, entry.dekId],
    ...[entry.key?.hash ?? null, entry.key?.requestHash ?? null],
    ...[lane, routeQueueOf(lane), delay, firstLookAfter(delay)],
  ];
}

function paramsOf(works: readonly FlushedWork[]): unknown[] {
  const items = works.flatMap((work) => work.items);
  return [
    uuidArray(items.map((entry) => entry.id)),
    uuidArray(items.map((entry) => entry.appId)),
    uuidArray(works.flatMap((work) => work.items.map(() => work.id))),
    textArray(items.map((entry) => entry.subject)),
    jsonbArray(works.flatMap((work) => work.items.map((entry) => payloadOf(entry, work.id)))),
    bytesArray(items.map((entry) => entry.content)),
    uuidArray(items.map((entry) => entry.dekId)),
    uuidArray(items.map((entry) => entry.key?.hash ?? null)),
    bytesArray(items.map((entry) => entry.key?.requestHash ?? null)),
    works.map(({ id }) => id),
    works.map(({ lane }) => lane),
    works.map(({ lane }) => routeQueueOf(lane)),
    works.map(({ delay }) => delay),
    works.map(({ delay }) => firstLookAfter(delay)),
  ];
}

/** The event's data, with the root that only the flush knows. */
function payloadOf({ payload }: AcceptEntry, root: Uuid): string {
  return `{"root":"${root}",${payload.slice(1)}`;
}

function resultOf(
  entry: AcceptEntry,
  leader: AcceptEntry,
  losers: ReadonlySet<Uuid>,
  earlier: ReadonlyMap<Uuid, EarlierAnswer> | DatabaseUnreachable,
): AcceptResult {
  if (!losers.has(leader.id)) {
    if (leader === entry) return { kind: 'accepted', id: entry.id };
    return sameRequest(entry, leader.key!.requestHash, leader.id);
  }
  if (earlier instanceof DatabaseUnreachable) return { kind: 'unknown', cause: earlier };
  const answer = earlier.get(entry.key!.hash);
  // Purged between the two statements: asking again with the same key settles it.
  if (answer === undefined) return { kind: 'unknown', cause: 'the idempotency key expired this very moment' };
  return sameRequest(entry, answer.requestHash, answer.resultId);
}

function sameRequest(entry: Pick<AcceptEntry, 'key'>, requestHash: Buffer, id: Uuid): AcceptResult {
  return entry.key!.requestHash.equals(requestHash) ? { kind: 'replayed', id } : { kind: 'conflict' };
}
