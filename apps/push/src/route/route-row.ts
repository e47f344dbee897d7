import type { Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import type { HandOn, LeasedWork, NewWork, Offer } from '@signalbox/queues';
import { atCrashPoint } from '@signalbox/resilience';
import type { ReadForSending } from '../work/just-read.js';
import { linkToRequests, notificationsOf } from '../work/notifications-by-id.js';
import { pushWork, type RouteItem } from '../work/push-work.js';
import { lookUp } from './look-up.js';
import type { LongWay } from './long-way.js';
import { NeedsTransaction, onlyReading } from './only-reading.js';
import { type Planned, planItems } from './plan-items.js';
import type { RoutePlan } from './plan-route.js';
import { routeDevices, worksOf, writeFacts } from './route-devices.js';
import { readForSending } from './read-for-sending.js';

/** A row that was routed: its plan is committed. */
export interface Routed {
  readonly plan: RoutePlan;
  readonly offers: readonly Offer[];
  /** How many rows of sends this process does itself. */
  readonly handedOn: number;
  /** What these need not read again, by their leases. */
  readonly forSending: ReadonlyMap<Uuid, ReadForSending>;
}

/**
 * The short way of nearly every row: it is planned from what is read outside of a transaction, and one statement ends it and makes what
 * follows, if its items still are those that were planned. So a cancellation or an edit, which change items under the row's lock, either
 * come before it, and then nothing is written, or find the row gone. Measured for one notification: four statements less.
 *
 * @returns undefined where that cannot be done: `routeUnderLock` can, or finds that the lease is lost.
 */
export async function routeAtOnce(
  database: Database,
  work: LeasedWork<RouteItem>,
  handing: HandOn,
  longWay: LongWay,
): Promise<Routed | undefined> {
  const at = performance.now();
  const now = Date.now();
  const planned = await atCrashPoint('route.load', () => planOutside(database, work, longWay, now));
  if (planned === undefined) return undefined;
  await handing.isKnown();
  const works = handing.lease(worksOf(work.rootId, planned.plan, now));
  const offers = await atCrashPoint('route.commit', () => replace(database, work, planned.plan, works));
  return offers && routed(planned, works, offers, at);
}

/** The long way: under the row's lock from the beginning, in the transaction that counts and takes what the plan needs. */
export function routeUnderLock(
  database: Database,
  work: LeasedWork<RouteItem>,
  handing: HandOn,
): Promise<Routed | undefined> {
  return atCrashPoint('route.commit', () =>
    database.transaction(async (tx) => {
      const items = await pushWork.lock<RouteItem>(tx, work);
      if (items === undefined) return undefined;
      const at = performance.now();
      const now = Date.now();
      const planned = await atCrashPoint('route.load', () => planItems(tx, work.rootId, items, now));
      const works = handing.lease(worksOf(work.rootId, planned.plan, now));
      const offers = await pushWork.enqueue(tx, works);
      await writeFacts(tx, work.rootId, planned.plan);
      await pushWork.remove(tx, work);
      return routed(planned, works, offers, at);
    }),
  );
}

async function planOutside(
  database: Database,
  { rootId, items }: LeasedWork<RouteItem>,
  longWay: LongWay,
  now: number,
): Promise<Planned | undefined> {
  const sql = onlyReading(database);
  const notifications = await notificationsOf(sql, items);
  linkToRequests(notifications);
  const all = [...notifications.values()];
  if (all.some((each) => longWay.isThatOf(each))) return undefined;
  try {
    const found = await lookUp(sql, items, notifications);
    return { plan: await routeDevices(sql, rootId, found.addressed, found, now), notifications, found };
  } catch (error) {
    if (!(error instanceof NeedsTransaction)) throw error;
    if (error.isForCaps) for (const each of all) longWay.remember(each);
    return undefined;
  }
}

/** One statement, where there is nothing to be told. */
async function replace(
  database: Database,
  work: LeasedWork<RouteItem>,
  plan: RoutePlan,
  works: readonly NewWork[],
): Promise<Offer[] | undefined> {
  if (plan.facts.length === 0 && plan.refusals.length === 0) return pushWork.replace(database, work, works);
  return database.transaction(async (tx) => {
    const offers = await pushWork.replace(tx, work, works);
    if (offers !== undefined) await writeFacts(tx, work.rootId, plan);
    return offers;
  });
}

function routed(planned: Planned, works: readonly NewWork[], offers: readonly Offer[], at: number): Routed {
  const leased = works.filter(({ lease }) => lease !== undefined);
  return {
    plan: planned.plan,
    offers,
    handedOn: leased.length,
    forSending: new Map(
      leased.flatMap((work) => {
        const read = readForSending(work, planned, at);
        return read === undefined ? [] : [[work.lease!, read] as const];
      }),
    ),
  };
}
