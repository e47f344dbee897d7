import { newUuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import type { LeasedWork, NewWork, Publisher, WorkEnd } from '@signalbox/queues';
import type { SendItem } from '../work/push-work.js';
import type { Wait } from './attempt.js';
import { dueBucket } from './due-bucket.js';
import { handOver } from './hand-over.js';

/** An item of a row that is not to be tried now. */
export interface Waiting {
  readonly item: SendItem;
  readonly wait: Exclude<Wait, { step: 'hold' }>;
}

/** Milliseconds: what waits so much longer than the soonest, and more than twice as long, does not wait with it. */
const TOGETHER_MS = 1_000;

/**
 * Hands back a row in which items wait, for as long as the soonest of them has to. Those that wait much longer get rows of their own:
 * one browser whose keys are refused for minutes keeps nobody else. Who waits about as long stays, or each round would cut the rows
 * smaller.
 */
export async function waitApart(
  database: Database,
  publisher: Publisher,
  work: LeasedWork<SendItem>,
  waiting: readonly Waiting[],
): Promise<WorkEnd> {
  const soonest = waiting.toSorted((a, b) => msOf(a) - msOf(b)).find(({ wait }) => wait.step === 'postpone');
  if (soonest?.wait.step !== 'postpone') return { end: 'lost' };
  const least = Math.min(...waiting.map(msOf));
  const later = waiting.filter((each) => msOf(each) > Math.max(least + TOGETHER_MS, 2 * least));
  if (later.length > 0 && !(await moveAway(database, publisher, work, waiting, later))) return { end: 'lost' };
  return { end: 'release', delay: least + Math.random() * 1_000, reason: soonest.wait.reason };
}

/** What this worker's lease has no time for may be begun by the next one at once. */
function msOf({ wait }: Waiting): number {
  return wait.step === 'postpone' ? wait.forMs : 0;
}

/** False: somebody else has the row. */
async function moveAway(
  database: Database,
  publisher: Publisher,
  work: LeasedWork<SendItem>,
  waiting: readonly Waiting[],
  later: readonly Waiting[],
): Promise<boolean> {
  const now = Date.now();
  const due = (each: Waiting): number => dueBucket(new Date(now + msOf(each)), new Date(now)).getTime();
  const { rootId, queue, lane, appId, credentialId } = work;
  const rows = [...Map.groupBy(later, due)].map(([at, together]): NewWork => {
    const items = together.map(({ item }) => item);
    const whose = { ...(appId !== null && { appId }), ...(credentialId !== null && { credentialId }) };
    return { id: newUuid(), rootId, queue, lane, ...whose, items, delay: at - now };
  });
  const stay = waiting.filter((each) => !later.includes(each)).map(({ item }) => item.d);
  return handOver(database, publisher, work, stay, rows, 'flush.publish');
}
