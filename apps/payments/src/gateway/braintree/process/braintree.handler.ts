import { formatId, parseId, QUEUES, type Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import type { LeasedWork, WorkEnd, WorkHandler } from '@signalbox/queues';
import { atCrashPoint } from '@signalbox/resilience';
import { linkWork, type Logger, type Metrics } from '@signalbox/telemetry';
import { paymentsWork, type BraintreeItem } from '../../../work/payments-work.js';
import { UNREADABLE } from '../braintree-calls.js';
import type { Transactions } from '../transactions.js';
import { bringUpToDate } from './bring-up-to-date.js';
import { lookAtOperation, lookAtSubject, lookAtTransaction, type Look } from './look.js';
import { DECIDE, NOTIFICATION, NOW, PAYMENT_OF_OPERATION, PAYMENT_OF_SALE } from './process.queries.js';

export interface BraintreeHandlerParts {
  readonly database: Database;
  readonly transactions: Transactions;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

const CONCURRENCY = 8;
/** What Braintree says in a shape that we do not know it says so until a version of ours knows it, or it changes. Milliseconds. */
const UNREADABLE_MS = 15 * 60_000;
/** A look that a newer one overtook is made again after this. Milliseconds. */
const LOOK_AGAIN_MS = 250;

interface NotificationRow {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly kind: string;
  readonly subjectType: string;
  readonly subjectId: string;
  /** Where in a trace it was received, as a `traceparent`. */
  readonly trace: string | null;
}

type Decision = 'applied' | 'repeated' | 'stored' | 'dead';
type Decide = (tx: Sql, row: NotificationRow, decision: Decision, detail?: string) => Promise<void>;

/** Looks at Braintree for what a notification, or an operation of ours, is about, and brings its payment up to date. */
export function braintreeHandler(parts: BraintreeHandlerParts): WorkHandler<BraintreeItem> {
  const { database, logger } = parts;
  const decided = parts.metrics.counter(
    'braintree_events_decided_total',
    'Notifications of Braintree that were decided, and what became of them',
    ['kind', 'decision'],
  );
  const decide: Decide = async (tx, { id, kind }, decision, detail) => {
    await tx.query(DECIDE, [id, decision, detail ?? null]);
    decided.inc({ kind, decision });
  };
  return {
    queue: QUEUES.braintreeTransactional,
    concurrency: CONCURRENCY,
    async handle(work, lease): Promise<WorkEnd> {
      const [item] = work.items;
      if (item === undefined) return ended(database, work);
      if (!lease.mayBegin()) return { end: 'lost' };
      const { rows } = await database.query<{ now: Date }>(NOW);
      const askedAt = rows[0]!.now;
      const { notification, look } = await atCrashPoint('braintree.ask', () => lookFor(parts, item));
      if (look.kind === 'later' && notification !== undefined && look.reason === UNREADABLE) {
        return database.transaction(async (tx) => {
          await bury(tx, notification, 'unknown_shape', decide);
          return ended(tx, work);
        });
      }
      if (look.kind === 'later' && look.reason === UNREADABLE)
        return { end: 'release', delay: UNREADABLE_MS, reason: look.reason, held: true };
      if (look.kind === 'later') return { end: 'release', delay: look.ms, reason: look.reason, held: true };
      return atCrashPoint('braintree.commit', () =>
        database.transaction(async (tx) => {
          if (look.kind === 'nothing') {
            if (notification !== undefined) await decide(tx, notification, 'stored', look.detail);
            return ended(tx, work);
          }
          const { sighting } = look;
          const payment = 'p' in item ? item.p : await paymentOf(tx, notification!.appId, sighting.sale);
          if (payment === undefined) {
            await decide(tx, notification!, 'stored', 'no payment of ours');
            return ended(tx, work);
          }
          const told = await bringUpToDate(tx, { payment, sighting, askedAt, event: notification?.id });
          if (told === 'stale') return { end: 'release', delay: LOOK_AGAIN_MS, reason: 'stale_look', held: true };
          if (notification !== undefined) await decide(tx, notification, told > 0 ? 'applied' : 'repeated');
          return ended(tx, work);
        }),
      );
    },
    async handlePoison(work): Promise<WorkEnd> {
      logger.error({ work: work.id, items: work.items }, 'a notification of Braintree’s kills its workers; it waits');
      return database.transaction(async (tx) => {
        for (const item of work.items) {
          const row = 'e' in item ? await find(tx, item.e) : undefined;
          if (row !== undefined) await bury(tx, row, 'kills_workers', decide);
        }
        return ended(tx, work);
      });
    },
  };
}

interface Found {
  readonly notification?: NotificationRow;
  readonly look: Look;
}

async function lookFor({ database, transactions }: BraintreeHandlerParts, item: BraintreeItem): Promise<Found> {
  if ('e' in item) {
    const notification = await find(database, item.e);
    if (notification === undefined) return { look: { kind: 'nothing', detail: 'it is kept no more' } };
    linkWork([notification.trace ?? undefined]);
    return { notification, look: await lookAtSubject(transactions, notification) };
  }
  const { rows } = await database.query<{ appId: Uuid; ref: string | null; operation: string | null }>(
    PAYMENT_OF_OPERATION,
    [item.p, item.o],
  );
  const payment = rows[0];
  if (payment === undefined) return { look: { kind: 'nothing', detail: 'no payment of ours' } };
  const { appId, ref, operation } = payment;
  if (ref !== null) return { look: await lookAtTransaction(transactions, appId, ref) };
  if (operation !== 'charge') return { look: { kind: 'nothing', detail: 'nothing was charged' } };
  return { look: await lookAtOperation(transactions, appId, item.o) };
}

async function paymentOf(
  tx: Sql,
  appId: Uuid,
  { id, orderId }: { readonly id: string; readonly orderId?: string | undefined },
): Promise<Uuid | undefined> {
  const operation = orderId === undefined ? undefined : parseId('operation', orderId);
  const { rows } = await tx.query<{ id: Uuid }>(PAYMENT_OF_SALE, [appId, id, operation ?? null]);
  return rows[0]?.id;
}

async function bury(tx: Sql, row: NotificationRow, reason: string, decide: Decide): Promise<void> {
  await decide(tx, row, 'dead', reason);
  const eventId = formatId('braintreeEvent', row.id);
  await append(tx, [
    { appId: row.appId, type: 'braintree_event.dead', subject: eventId, data: { eventId, kind: row.kind, reason } },
  ]);
}

async function find(sql: Sql, event: Uuid): Promise<NotificationRow | undefined> {
  return (await sql.query<NotificationRow>(NOTIFICATION, [event])).rows[0];
}

/** Whoever has the row by now finds everything told. */
async function ended(sql: Sql, work: LeasedWork<BraintreeItem>): Promise<WorkEnd> {
  return (await paymentsWork.remove(sql, work))
    ? { end: 'settled', summary: { items: work.items.length } }
    : { end: 'lost' };
}
