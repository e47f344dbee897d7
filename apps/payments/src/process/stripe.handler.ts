import type { Lane, Uuid } from '@signalbox/contracts';
import { DatabaseUnreachable } from '@signalbox/database';
import type { Lease, LeasedWork, WorkEnd, WorkHandler } from '@signalbox/queues';
import { atCrashPoint, Semaphore } from '@signalbox/resilience';
import type { Logger } from '@signalbox/telemetry';
import { paymentsWork, stripeQueueOf, type ObjectItem } from '../work/payments-work.js';
import { bury } from './bury.js';
import { drain, type DrainDependencies, type DrainEnd } from './drain.js';

export interface StripeHandlerDependencies extends DrainDependencies {
  readonly logger: Logger;
}

/** Work rows of one lane that a process has in hand at once. */
const CONCURRENCY: Record<Lane, number> = { transactional: 8, bulk: 4 };
/** Objects of one row that are worked on at once. */
const OBJECTS_AT_ONCE = 8;

/** Works off the inboxes of objects of Stripe's: side by side, and each strictly by itself. */
export function stripeHandler(lane: Lane, parts: StripeHandlerDependencies): WorkHandler<ObjectItem> {
  const { database, logger } = parts;
  return {
    queue: stripeQueueOf(lane),
    concurrency: CONCURRENCY[lane],
    async handle(work, lease): Promise<WorkEnd> {
      const ends = await drainAll(parts, work, lease);
      if (ends === 'lost') return { end: 'lost' };
      const waits = ends.filter((end) => end.end === 'later');
      if (waits.length > 0) {
        const delay = Math.min(...waits.map(({ ms }) => ms));
        return { end: 'release', delay, reason: waits[0]!.reason, held: true };
      }
      const wasOurs = await atCrashPoint('stripe.remove', () => paymentsWork.remove(database, work));
      return wasOurs ? { end: 'settled', summary: { objects: work.items.length } } : { end: 'lost' };
    },
    async handlePoison(work): Promise<WorkEnd> {
      const buried = await database.transaction(async (tx) => {
        let events = 0;
        for (const { o } of work.items) events += await bury(tx, o);
        return (await paymentsWork.remove(tx, work)) ? events : undefined;
      });
      if (buried === undefined) return { end: 'lost' };
      logger.error(
        { work: work.id, items: work.items, events: buried },
        'an object of Stripe’s kills its workers; its events wait',
      );
      return { end: 'settled', summary: { buried } };
    },
  };
}

/** One object that fails keeps none of the others from being done; the row is then tried again, and finds them done. */
async function drainAll(
  parts: StripeHandlerDependencies,
  work: LeasedWork<ObjectItem>,
  lease: Lease,
): Promise<readonly DrainEnd[] | 'lost'> {
  const slots = new Semaphore(OBJECTS_AT_ONCE);
  const drainOne = (key: Uuid): Promise<DrainEnd | undefined> =>
    lease.mayBegin() ? drain(parts, key) : Promise.resolve(undefined);
  const outcomes = await Promise.allSettled(work.items.map(({ o }) => slots.use(() => drainOne(o))));
  const errors = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason as Error);
  // A database that is away is nobody's fault: only what may be the work's own is held against it.
  const error = errors.find((each) => !(each instanceof DatabaseUnreachable)) ?? errors[0];
  if (error !== undefined) throw error;
  const ends = outcomes.filter((outcome) => outcome.status === 'fulfilled').map(({ value }) => value);
  return ends.every((end) => end !== undefined) ? ends : 'lost';
}
