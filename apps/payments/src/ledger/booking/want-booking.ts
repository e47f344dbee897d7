import { newUuid, QUEUES, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { Offer } from '@signalbox/queues';
import { paymentsWork, type ObjectItem } from '../../work/payments-work.js';

/** An object as far as the gateway has told which of its entries are about it, and how much of a charge was taken. */
interface Entered {
  readonly now: { readonly amountCaptured?: number } | object;
  readonly past?: { readonly entries?: readonly string[] } | object;
}

/**
 * Leaves the work of booking behind, in the transaction in which an object is first seen with an entry of the gateway's books, or with
 * another capture. It is done apart: while Stripe does not answer, a fee is posted later, and nothing else waits for it.
 */
export async function wantBooking(
  tx: Sql,
  { appId, key }: { readonly appId: Uuid; readonly key: Uuid },
  before: Entered | undefined,
  after: Entered,
): Promise<Offer[]> {
  const entries = entriesOf(after);
  const known = new Set(entriesOf(before));
  const isNew = entries.some((entry) => !known.has(entry));
  // Of several captures the charge names the first alone.
  const isMore = entries.length > 0 && capturedOf(after) > capturedOf(before);
  if (!isNew && !isMore) return [];
  const id = newUuid();
  const item: ObjectItem = { o: key };
  const work = { id, rootId: id, queue: QUEUES.ledgerBulk, lane: 'bulk', appId, credentialId: appId } as const;
  return paymentsWork.enqueue(tx, [{ ...work, items: [item] }]);
}

/** The gateway's names of the entries that an object was ever seen with. */
export function entriesOf(state: Pick<Entered, 'past'> | undefined): readonly string[] {
  return (state?.past as { readonly entries?: readonly string[] } | undefined)?.entries ?? [];
}

function capturedOf(state: Entered | undefined): number {
  return (state?.now as { readonly amountCaptured?: number } | undefined)?.amountCaptured ?? 0;
}
