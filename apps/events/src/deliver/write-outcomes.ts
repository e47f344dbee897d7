import type { Lane, Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { Offer, WorkProgress } from '@signalbox/queues';
import { LEAVE_LINE } from '../deliveries/enlist.queries.js';
import { type NextInLine, queueNext } from '../deliveries/next-in-line.js';
import { eventsWork } from '../work/events-work.js';
import { postWorks, type DuePost } from '../work/post-works.js';
import { lockEndpoints, updateHealth, type LockedEndpoint } from './endpoint-health.js';
import { RECORD_OUTCOMES } from './record.queries.js';
import type { EndpointNow, Settlement } from './settlement.js';

export interface Written {
  /** To be published after the commit. */
  readonly offers: Offer[];
  readonly standings: ReadonlyMap<Uuid, EndpointNow>;
}

/** All that follows from a batch of outcomes, in the transaction of its caller. */
export async function writeOutcomes(
  tx: Sql,
  settlements: readonly Settlement[],
  finished: readonly WorkProgress[],
): Promise<Written> {
  const endpoints = await lockEndpoints(tx, settlements);
  const recorded = await recordOutcomes(tx, settlements, finished);
  const fresh = settlements.filter((each) => recorded.has(each.item.d));
  const standings = await updateHealth(tx, endpoints, fresh);
  const offers = [
    ...(await eventsWork.enqueue(tx, postWorks(fresh.flatMap(retryOf), RETRY_LANE))),
    ...(await advanceLines(tx, endpoints, fresh)),
  ];
  return { offers, standings };
}

async function recordOutcomes(
  tx: Sql,
  settlements: readonly Settlement[],
  finished: readonly WorkProgress[],
): Promise<Set<Uuid>> {
  const { rows } = await tx.query<{ id: Uuid }>(RECORD_OUTCOMES, [
    settlements.map(({ item }) => item.d),
    settlements.map(({ item }) => item.a),
    settlements.map(({ step }) => step.state),
    settlements.map(({ step }) => ('reason' in step ? step.reason : null)),
    settlements.map(({ step }) => ('delay' in step ? step.delay : null)),
    settlements.map(({ attempt }) => attempt?.outcome.status ?? null),
    settlements.map(({ attempt }) => attempt?.milliseconds ?? null),
    settlements.map(({ attempt }) => attempt?.outcome.answer ?? null),
    settlements.map(({ attempt }) => attempt?.outcome.error ?? null),
    finished.map((progress) => progress.work.id),
    finished.map((progress) => progress.work.token),
  ]);
  return new Set(rows.map((row) => row.id));
}

/** Retries never keep new events waiting. */
const RETRY_LANE: Lane = 'bulk';

function retryOf({ step, item, endpointId, appId }: Settlement): DuePost[] {
  if (step.state !== 'retrying') return [];
  return [{ endpointId, appId, delay: step.delay, item: { d: item.d, a: item.a + 1 } }];
}

/** Whoever was first in line and has ended makes room for the next of its subject. */
async function advanceLines(
  tx: Sql,
  endpoints: readonly LockedEndpoint[],
  settlements: readonly Settlement[],
): Promise<Offer[]> {
  const ordered = new Set(endpoints.filter((endpoint) => endpoint.ordered).map((endpoint) => endpoint.id));
  const ended = settlements.filter(({ step, endpointId }) => step.state !== 'retrying' && ordered.has(endpointId));
  if (ended.length === 0) return [];
  const { rows } = await tx.query<NextInLine>(LEAVE_LINE, [ended.map(({ item }) => item.d)]);
  return queueNext(tx, rows);
}
