import type { Uuid } from '@signalbox/contracts';
import type { ContentCipher } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import type { Publisher } from '@signalbox/queues';
import { atCrashPoint } from '@signalbox/resilience';
import { isTracing, linkWork } from '@signalbox/telemetry';
import { commit } from './commit.js';
import { connect, type Connections } from './connect.js';
import { consult, type Consulted } from './consult.js';
import type { Decided } from './decide.js';
import type { DecisionCounter } from './decision-counter.js';
import { UserFinder, type NotNow } from './find-user.js';
import { isHealthEvent, type HealthListener } from './health-listener.js';
import type { Kind } from './kinds.js';
import { linksOf } from './links-of.js';
import { objectOf, type ObjectRef } from './object-ref.js';
import { open, type InboxRow } from './observe.js';
import { INBOX, SETTLE } from './process.queries.js';
import { sort, type Sorted } from './sort.js';
import type { State } from './states/state.js';
import type { StripeReader } from './stripe-reader.js';

export interface DrainDependencies {
  readonly database: Database;
  readonly cipher: ContentCipher;
  readonly reader: StripeReader;
  readonly counter: DecisionCounter;
  /** Of the work that is left behind. */
  readonly publisher: Pick<Publisher, 'publish'>;
  /** Absent: health events are stored like any other. */
  readonly onHealthEvent?: HealthListener | undefined;
}

/**
 * - `drained`: nothing of the object is open any more, but for what a person has to look at;
 * - `later`: something waits for an answer of Stripe's. Due again after `ms` milliseconds.
 */
export type DrainEnd =
  { readonly end: 'drained' } | { readonly end: 'later'; readonly ms: number; readonly reason: string };

/** Events that are opened at once; a body may have a megabyte. */
const BATCH = 32;
/** Rounds after which others get their turn. */
const ROUNDS = 50;

/** What one round came to; `again`: more came, or somebody else moved the object on. */
type Round = DrainEnd | { readonly end: 'again' };

/**
 * Works off everything in the inbox of one object: opens, asks Stripe, looks up payment and user, and only then locks the object
 * and decides, in one transaction, so that no transaction ever waits for Stripe. Whoever dies anywhere, or does the same at
 * the same time, leaves the events in the inbox or decided: nothing else.
 */
export async function drain(parts: DrainDependencies, key: Uuid): Promise<DrainEnd> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const ended = await drainOnce(parts, key);
    if (ended.end !== 'again') return ended;
  }
  return { end: 'later', ms: 0, reason: 'more keeps coming' };
}

async function drainOnce(parts: DrainDependencies, key: Uuid): Promise<Round> {
  const { database, cipher, reader } = parts;
  const { inbox, known } = await atCrashPoint('stripe.load', () => load(database, key));
  const first = inbox[0];
  if (first === undefined) return { end: 'drained' };
  if (isTracing()) linkWork(inbox.map(({ trace }) => trace ?? undefined));
  const notNow = await tellOfHealth(parts, inbox);
  if (notNow !== undefined) return laterOf(notNow);
  const object = objectOf(key, first);
  const sorted = await sort(database, object, await Promise.all(inbox.map((row) => open(cipher, row))));
  const typeOf = new Map(inbox.map(({ id, type }) => [id, type]));
  const count = ({ event, decision }: Decided): void => parts.counter.count(typeOf.get(event)!, decision);
  const more: Round = inbox.length === BATCH ? { end: 'again' } : { end: 'drained' };
  if (sorted.kind === undefined) {
    await atCrashPoint('stripe.commit', () => settle(database, key, sorted.settled));
    sorted.settled.forEach(count);
    return more;
  }
  const consulted = await consult(database, reader, object, sorted.kind, sorted.readable);
  const connections = await link(parts, object, sorted.kind, { sorted, consulted, known, age: first.age });
  if ('later' in connections) return laterOf(connections);
  const dead = [...sorted.dead, ...consulted.dead];
  const prepared = {
    object,
    kind: sorted.kind,
    connections,
    observations: consulted.observations,
    settled: sorted.settled,
    dead,
    isNew: known.rev === 0n,
    askedFor: consulted.wasAsked ? known.rev : undefined,
  };
  const done = await atCrashPoint('stripe.commit', () => database.transaction((tx) => commit(tx, prepared)));
  if (done.stale) return { end: 'again' };
  await parts.publisher.publish(done.offers, 'stripe.publish');
  done.decided.forEach(count);
  done.dead.forEach(({ row }) => parts.counter.count(row.type, 'dead'));
  if (consulted.waiting !== undefined) return laterOf(consulted.waiting);
  return done.newcomers ? { end: 'again' } : more;
}

interface Known {
  readonly rev: bigint;
  readonly state: Partial<State>;
}

async function load(
  database: Database,
  key: Uuid,
): Promise<{ readonly inbox: readonly InboxRow[]; readonly known: Known }> {
  const { rows: inbox } = await database.query<InboxRow & { rev: string; state: Partial<State> }>(INBOX, [key, BATCH]);
  const first = inbox[0];
  return { inbox, known: { rev: BigInt(first?.rev ?? 0), state: first?.state ?? {} } };
}

async function tellOfHealth(
  { cipher, onHealthEvent }: DrainDependencies,
  inbox: readonly InboxRow[],
): Promise<NotNow | undefined> {
  if (onHealthEvent === undefined) return undefined;
  for (const { appId, account, livemode, stripeId, type, dekId, content } of inbox) {
    if (!isHealthEvent(type)) continue;
    const body = await cipher.decrypt(appId, dekId, content);
    const notNow = await onHealthEvent({ appId, account, livemode, stripeId, type, body });
    if (notNow !== undefined) return notNow;
  }
  return undefined;
}

async function settle(database: Database, key: Uuid, decided: readonly Decided[]): Promise<void> {
  await database.query(SETTLE, [
    key,
    decided.map(({ event }) => event),
    decided.map(({ decision }) => decision),
    decided.map(({ detail }) => detail ?? null),
  ]);
}

interface Findings {
  readonly sorted: Sorted;
  readonly consulted: Consulted;
  readonly known: Known;
  readonly age: number;
}

async function link(
  { database, reader }: DrainDependencies,
  object: ObjectRef,
  kind: Kind,
  { consulted: { observations }, known, age }: Findings,
): Promise<Connections | NotNow> {
  const seen = observations.map((each) => each.seen);
  const links = linksOf(known.state, seen);
  if (links === undefined) return { payment: undefined, userId: undefined };
  const tells = observations.some(({ handler }) => handler.tells);
  return atCrashPoint('stripe.connect', () =>
    connect(database, new UserFinder(database, reader), object, { kind, links, tells, isNew: known.rev === 0n, age }),
  );
}

function laterOf({ later: ms, reason }: NotNow): Round {
  return { end: 'later', ms, reason };
}
