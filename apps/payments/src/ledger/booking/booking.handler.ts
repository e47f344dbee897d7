import { QUEUES, timeOfUuid, type Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import type { LeasedWork, WorkEnd, WorkHandler } from '@signalbox/queues';
import { atCrashPoint } from '@signalbox/resilience';
import type { Logger } from '@signalbox/telemetry';
import { paymentsWork, type ObjectItem } from '../../work/payments-work.js';
import { writeEntry } from '../write-entry.js';
import { book } from './book.js';
import { BOOKED_OBJECT } from './booking.queries.js';
import { balanceTransaction, type GatewayEntry } from './gateway-entry.js';
import type { BookedObject, GatewayBooks } from './gateway-books.js';
import { entriesOf } from './want-booking.js';

export interface BookingDependencies {
  readonly database: Database;
  readonly books: GatewayBooks;
  readonly logger: Logger;
}

/** Work rows that a process has in hand at once; each waits for Stripe, which limits how often it is asked. */
const CONCURRENCY = 4;
/** When to ask again for what the books do not have yet, at the earliest; later, the longer it is missing. Milliseconds. */
const NOT_YET_MS = 30_000;
/** An entry that is not there by then will not come. Milliseconds. */
const GIVE_UP_MS = 24 * 3_600_000;

/** A charge, a refund or a payout, as the process stage keeps it. */
interface BookedRow extends BookedObject {
  readonly objectType: string;
  readonly paymentId: Uuid | null;
  readonly state: {
    readonly now?: { readonly amount: number; readonly amountCaptured?: number; readonly currency: string };
    readonly past?: object;
  };
}

/** What became of one object; `missing`: its events know of more than the books. */
type Booked = { readonly missing: boolean } | { readonly ms: number; readonly reason: string };

/** Posts the fees and exchanges of objects, as the gateway has them in its own books: each entry once. */
export function bookingHandler(parts: BookingDependencies): WorkHandler<ObjectItem> {
  const { database, logger } = parts;
  return {
    queue: QUEUES.ledgerBulk,
    concurrency: CONCURRENCY,
    async handle(work): Promise<WorkEnd> {
      for (const { o } of work.items) {
        const booked = await bookObject(parts, o);
        if ('ms' in booked) return { end: 'release', delay: booked.ms, reason: booked.reason, held: true };
        if (!booked.missing) continue;
        const age = Date.now() - timeOfUuid(work.id);
        const delay = Math.max(NOT_YET_MS, age / 2);
        if (age < GIVE_UP_MS) return { end: 'release', delay, reason: 'not in the books yet', held: true };
        logger.error({ object: o }, 'the gateway has not in its books what its events tell of: a fee is not posted');
      }
      const wasOurs = await atCrashPoint('stripe.remove', () => paymentsWork.remove(database, work));
      return wasOurs ? { end: 'settled', summary: { objects: work.items.length } } : { end: 'lost' };
    },
    async handlePoison(work: LeasedWork<ObjectItem>): Promise<WorkEnd> {
      const wasOurs = await paymentsWork.remove(database, work);
      if (!wasOurs) return { end: 'lost' };
      logger.error(
        { work: work.id, items: work.items },
        'entries of the gateway’s books could not be read; fees are not posted',
      );
      return { end: 'settled', summary: { unread: work.items.length } };
    },
  };
}

async function bookObject({ database, books }: BookingDependencies, key: Uuid): Promise<Booked> {
  const object = (await database.query<BookedRow>(BOOKED_OBJECT, [key])).rows[0];
  if (object?.state.now === undefined) return { missing: false };
  const answer = await atCrashPoint('stripe.ask-books', () => books.entriesOf(object));
  if (answer.kind === 'later') return { ms: answer.ms, reason: answer.reason };
  const entries = answer.entries
    .map((entry) => balanceTransaction.parse(entry))
    .filter(({ source }) => source === object.objectId);
  await atCrashPoint('stripe.book', () => database.transaction((tx) => writeBookings(tx, object, entries)));
  return { missing: isMissing(object, entries) };
}

/** An entry that an event names, or of several captures the last, which no event names. */
function isMissing({ state }: BookedRow, entries: readonly GatewayEntry[]): boolean {
  const there = new Set(entries.map(({ id }) => id));
  if (entriesOf(state).some((id) => !there.has(id))) return true;
  const { amountCaptured = 0, currency } = state.now!;
  const taken = entries.filter(({ amount }) => amount > 0);
  // What was exchanged cannot be compared to the cent.
  if (taken.some((entry) => entry.currency !== currency)) return false;
  return taken.reduce((sum, { amount }) => sum + amount, 0) < amountCaptured;
}

async function writeBookings(tx: Sql, object: BookedRow, entries: readonly GatewayEntry[]): Promise<void> {
  const { appId, account, livemode, objectId, paymentId, state } = object;
  const now = state.now!;
  const subject = {
    ...{ appId, gateway: 'stripe' as const, account, livemode, gatewayRef: objectId },
    paymentId: paymentId ?? undefined,
  };
  for (const entry of entries) {
    const shares = entries.filter(({ amount }) => Math.sign(amount) === Math.sign(entry.amount)).length;
    const presented = { amount: now.amountCaptured ?? now.amount, currency: now.currency, shares };
    const occurredAt = new Date(entry.created * 1_000).toISOString();
    await writeEntry(tx, subject, { gatewayEntry: entry.id }, book(entry, presented), occurredAt);
  }
}
