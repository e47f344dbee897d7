import { newUuid, QUEUES } from '@signalbox/contracts';
import type { CredentialReader } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import type { Lease, LeasedWork, Offer, Publisher, WorkEnd, WorkHandler } from '@signalbox/queues';
import { atCrashPoint } from '@signalbox/resilience';
import { pushWork } from '../work/push-work.js';
import { lockBroadcast, writeBroadcast } from './broadcast-row.js';
import { factOf, takeStep } from './broadcast-step.js';
import { stopped } from './rate.js';

export interface BroadcastDependencies {
  readonly database: Database;
  readonly credentials: CredentialReader;
  readonly publisher: Publisher;
}

/** Broadcasts that one process takes further at once. */
const CONCURRENCY = 4;

/** Then others have their turn, and a lease that was not renewed because a step held its row is not missed. */
const STEPS_FOR_MS = 5_000;

/** Takes broadcasts further, portion by portion, for as long as their pace lets them. */
export function broadcastHandler(dependencies: BroadcastDependencies): WorkHandler<object> {
  return {
    queue: QUEUES.broadcastBulk,
    concurrency: CONCURRENCY,
    handle: (work, lease) => advance(work, lease, dependencies),
    handlePoison: (work) => giveUp(work, dependencies),
  };
}

async function advance(
  work: LeasedWork<object>,
  lease: Lease,
  { database, credentials, publisher }: BroadcastDependencies,
): Promise<WorkEnd> {
  const endAt = performance.now() + STEPS_FOR_MS;
  for (let steps = 1; ; steps += 1) {
    const end = await takeStep(database, credentials, work, Date.now());
    switch (end.step) {
      case 'lost':
        return { end: 'lost' };
      case 'ended':
        return { end: 'settled', summary: { steps } };
      case 'wait':
        return goOnLater(database, publisher, work, end.until, steps);
      case 'went':
        void publisher.publish(end.offers, 'broadcast.publish');
        if (performance.now() > endAt || !lease.mayBegin()) {
          return goOnLater(database, publisher, work, Date.now(), steps);
        }
    }
  }
}

/** Another row takes its place: it is published at once, for the very moment, and it begins without the claims of this one. */
async function goOnLater(
  database: Database,
  publisher: Publisher,
  work: LeasedWork<object>,
  until: number,
  steps: number,
): Promise<WorkEnd> {
  const offers = await atCrashPoint('broadcast.commit', () =>
    database.transaction(async (tx): Promise<Offer[] | undefined> => {
      if (!(await pushWork.remove(tx, work))) return undefined;
      return pushWork.enqueue(tx, [stepWork(work.rootId, work.appId!, until)]);
    }),
  );
  if (offers === undefined) return { end: 'lost' };
  void publisher.publish(offers, 'broadcast.publish');
  return { end: 'settled', summary: { steps, goesOnAt: new Date(until).toISOString() } };
}

/** The work row that a broadcast's next step is. `at`: milliseconds since 1970. */
export function stepWork(broadcast: string, appId: string, at: number) {
  const row = { id: newUuid(), rootId: broadcast, queue: QUEUES.broadcastBulk, lane: 'bulk', appId } as const;
  return { ...row, items: [{ b: broadcast }], delay: Math.max(0, at - Date.now()) };
}

/** Nothing of one that was handed out kills anybody: it is looked at again later whether everything has its outcome. */
const LOOK_AGAIN_MS = 60_000;

/** A broadcast whose steps kill every worker waits for somebody to look at it. */
async function giveUp(work: LeasedWork<object>, { database, publisher }: BroadcastDependencies): Promise<WorkEnd> {
  const offers = await database.transaction(async (tx): Promise<Offer[] | undefined> => {
    if ((await pushWork.lock(tx, work)) === undefined) return undefined;
    const row = await lockBroadcast(tx, work.rootId);
    await pushWork.remove(tx, work);
    if (row?.state === 'draining') {
      return pushWork.enqueue(tx, [stepWork(work.rootId, row.appId, Date.now() + LOOK_AGAIN_MS)]);
    }
    if (row?.state === 'scheduled' || row?.state === 'running') {
      const reason = 'crashes_worker';
      await writeBroadcast(tx, row, {
        state: 'paused',
        counted: { ...stopped(row, Date.now()), pausedFor: reason },
        waitsFor: null,
        waitsUntil: null,
      });
      await append(tx, [factOf(row, 'broadcast.paused', { devices: row.taken, reason })]);
    }
    return [];
  });
  if (offers === undefined) return { end: 'lost' };
  void publisher.publish(offers, 'broadcast.publish');
  return { end: 'settled', summary: { gaveUp: 1 } };
}
