import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import type { NewWork, Offer } from '@signalbox/queues';
import { type Candidate, judge } from '../policy/judge.js';
import type { Standing } from '../policy/standing.js';
import { addTallies, refusalOutcome } from '../tallies/tallies.js';
import { pushWork } from '../work/push-work.js';
import type { Addressed, ResolvedDevice } from './addressed.js';
import { delayWorks } from './delays.js';
import { isProven, type JudgedOf, planRoute, type Refusal, refusalFact, type RoutePlan } from './plan-route.js';
import { takeProofs } from './proofs.js';
import { type CurrentCredentials, providerOf } from './provider-of.js';
import { INSERT_REFUSALS } from './route.queries.js';
import { waitForPhones } from './wait-for-phones.js';

/**
 * Decides, inside a transaction, what becomes of devices that were found: who is sent to, who later, who not at all. Whom caps
 * concern is counted in it, so the plan must be written in it, too. `standing`, if it is known: of all users among the addressed.
 * `now`: milliseconds since 1970.
 */
export async function routeDevices(
  tx: Sql,
  rootId: Uuid,
  addressed: readonly Addressed[],
  known: { readonly credentials: CurrentCredentials; readonly standing?: Standing },
  now: number,
): Promise<RoutePlan> {
  const { credentials: current, standing } = known;
  const proofs = await takeProofs(tx, addressed, current);
  const candidateOf = new Map(
    addressed.flatMap((each) =>
      each.devices
        .filter((device) => device.status === 'active' || isProven(each, device, proofs))
        .filter((device) => current[providerOf(device)].has(each.notification.appId))
        .map((device) => [device, candidate(each, device)] as const),
    ),
  );
  const judged = await judge(tx, [...candidateOf.values()], now, standing);
  const judgedOf: JudgedOf = (_, device) => {
    const asked = candidateOf.get(device);
    return asked && judged.get(asked);
  };
  const waitingOf = await waitForPhones(tx, addressed, proofs, now);
  return planRoute(rootId, addressed, current, proofs, judgedOf, waitingOf);
}

function candidate({ notification, zones }: Addressed, device: ResolvedDevice): Candidate {
  const userZone = device.userId === null ? undefined : zones?.get(device.userId);
  return { notification, device, ...(userZone === undefined ? {} : { userZone }) };
}

/** The work that follows from a plan. `now`: milliseconds since 1970. */
export function worksOf(rootId: Uuid, plan: RoutePlan, now: number): NewWork[] {
  return [...plan.children, ...delayWorks(rootId, plan.delays, now)];
}

/** Writes a plan in the transaction that made it. @returns what is to be published after the commit. */
export async function writePlan(tx: Sql, rootId: Uuid, plan: RoutePlan, now: number): Promise<Offer[]> {
  const offers = await pushWork.enqueue(tx, worksOf(rootId, plan, now));
  await writeFacts(tx, rootId, plan);
  return offers;
}

/** Writes what a plan tells, and leaves its work to the caller. */
export async function writeFacts(tx: Sql, rootId: Uuid, plan: RoutePlan): Promise<void> {
  const refusals = await writeRefusals(tx, plan);
  await append(tx, [...plan.facts, ...refusals.map(refusalFact)]);
  const counted = refusals.filter(({ notification }) => notification.id === rootId);
  await addTallies(
    tx,
    rootId,
    counted.map(({ reason }) => refusalOutcome(reason)),
  );
}

/** @returns those that are news: what is routed once more was refused for some devices before. */
async function writeRefusals(tx: Sql, { refusals }: RoutePlan): Promise<Refusal[]> {
  if (refusals.length === 0) return [];
  const { rows } = await tx.query<{ id: Uuid }>(INSERT_REFUSALS, [
    refusals.map((each) => each.deliveryId),
    refusals.map((each) => each.notification.appId),
    refusals.map((each) => each.notification.id),
    refusals.map((each) => each.deviceId),
    refusals.map((each) => each.provider),
    refusals.map((each) => each.reason),
  ]);
  const recorded = new Set(rows.map(({ id }) => id));
  return refusals.filter(({ deliveryId }) => recorded.has(deliveryId));
}
