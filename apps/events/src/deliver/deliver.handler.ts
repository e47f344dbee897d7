import type { Lane } from '@signalbox/contracts';
import { SealBroken } from '@signalbox/credentials';
import type { Lease, LeasedWork, WorkEnd, WorkHandler, WorkProgress } from '@signalbox/queues';
import { atCrashPoint } from '@signalbox/resilience';
import { eventsWork, webhookQueueOf, type PostItem } from '../work/events-work.js';
import { TAKE_PROBE } from './load.queries.js';
import { loadWork, type LoadedItem } from './load-work.js';
import { hold, Posting, type DeliverDependencies } from './posting.js';

/** Far more than one endpoint may take: many of them may hang at once, and the others still find a slot. */
const CONCURRENCY = 128;
const FULL_MS = 250;
const WHILE_PROBED_MS = 1_000;
/** Whoever turns the flag on makes it due at once; this is for work that was handed back in that very moment. */
const WHILE_OFF_MS = 15_000;

/** Posts the work of one lane. A work row has one endpoint. */
export function deliverHandler(lane: Lane, dependencies: DeliverDependencies): WorkHandler<PostItem> {
  const { slots } = dependencies;
  return {
    queue: webhookQueueOf(lane),
    concurrency: CONCURRENCY,
    async handle(work, lease) {
      const endpoint = work.credentialId!;
      if (!slots.enter(endpoint)) return release(FULL_MS * (1 + 2 * Math.random()), 'bulkhead');
      try {
        return await deliver(work, lease, dependencies);
      } catch (error) {
        // This process has another master key than the one that sealed: a fault of its configuration, not of the work.
        if (error instanceof SealBroken) return release(30_000, error.message);
        throw error;
      } finally {
        slots.leave(endpoint);
      }
    },
    handlePoison: (work) => {
      const items = work.items.map((item) => ({ item, tries: 1, event: undefined }));
      return giveUp(work, items, 'crashes_worker', dependencies);
    },
  };
}

async function deliver(work: LeasedWork<PostItem>, lease: Lease, dependencies: DeliverDependencies): Promise<WorkEnd> {
  const { database, secrets, flags } = dependencies;
  const { endpoint, signers, items } = await atCrashPoint('webhook.load', () => loadWork(database, secrets, work));
  if (items.length === 0) {
    await eventsWork.remove(database, work);
    return { end: 'settled', summary: { alreadySettled: work.items.length } };
  }
  if (endpoint === undefined) return giveUp(work, items, 'endpoint_deleted', dependencies);
  if (!endpoint.enabled) return giveUp(work, items, 'endpoint_disabled', dependencies);
  // By what all processes say, and by what this one's own flags do, of which Postgres may know nothing after it was away.
  if (endpoint.isOff || flags.whyOff('webhooks.post', work.appId!) !== undefined)
    return hold(WHILE_OFF_MS * (1 + Math.random()), 'held_by_flag');
  const { openMs } = endpoint;
  if (openMs !== null && openMs > 0) return hold(openMs + Math.random() * 1_000, 'breaker');
  if (openMs !== null && (await database.query(TAKE_PROBE, [endpoint.id])).rowCount === 0) {
    return hold(WHILE_PROBED_MS * (1 + Math.random()), 'probing');
  }
  return new Posting(work, lease, endpoint, signers, dependencies).run(items, openMs !== null);
}

/** Ends deliveries that nobody posts any more; they are listed as failed, and can be sent again. */
async function giveUp(
  work: LeasedWork<PostItem>,
  items: readonly LoadedItem[],
  reason: string,
  { recorder }: DeliverDependencies,
): Promise<WorkEnd> {
  const progress: WorkProgress<PostItem> = { work, remaining: items.length };
  const common = { progress, endpointId: work.credentialId!, appId: work.appId! };
  await Promise.all(items.map(({ item }) => recorder.record({ ...common, item, step: { state: 'failed', reason } })));
  return { end: 'settled', summary: { failed: items.length, reason } };
}

function release(delay: number, reason: string): WorkEnd {
  return { end: 'release', delay, reason };
}
