import { readFileSync } from 'node:fs';
import { firstUuidAt, newUuid, QUEUES, type Uuid } from '@signalbox/contracts';
import type { WorkEnd } from '@signalbox/queues';
import { createLogger } from '@signalbox/telemetry';
import { useProcess } from '../process/process.harness.js';
import { paymentsWork, type ObjectItem } from '../work/payments-work.js';
import { bookingHandler } from './booking/booking.handler.js';
import type { BookedObject, BooksAnswer, GatewayBooks } from './booking/gateway-books.js';
import { Ledger } from './ledger.js';

const INVARIANT = readFileSync(new URL('../../../../prisma/invariants/ledger.sql', import.meta.url), 'utf8');

/** Stripe's books in a test: what they say of each object. */
class PlayedBooks implements GatewayBooks {
  readonly entries = new Map<string, readonly object[]>();
  /** Answered instead, for as long as it is set. */
  instead: BooksAnswer | undefined;

  entriesOf = async ({ objectId }: BookedObject): Promise<BooksAnswer> =>
    this.instead ?? { kind: 'found', entries: this.entries.get(objectId) ?? [] };
}

/** The process stage of a test file, with the ledger that it posts to and Stripe's books played. */
export function useLedger() {
  const stage = useProcess();
  const books = new PlayedBooks();
  const logger = createLogger('test', 'silent');
  const database = () => stage.postgres.database();

  return {
    ...stage,
    books,
    /** Works off the bookings of an app, as a worker does. @returns how each ended. */
    async book(appId: Uuid): Promise<WorkEnd[]> {
      const handler = bookingHandler({ database: database(), books, logger });
      const rows = await stage.sql<{ id: Uuid }>('SELECT id FROM payments_work WHERE queue = $1 AND app_id = $2', [
        QUEUES.ledgerBulk,
        appId,
      ]);
      const ends: WorkEnd[] = [];
      for (const { id } of rows) {
        const work = (await paymentsWork.claim<ObjectItem>(database(), id))!;
        const end = await handler.handle(work, { id, token: work.token, mayBegin: () => true });
        if (end.end === 'release') await paymentsWork.release(database(), work, 0);
        ends.push(end);
      }
      return ends;
    },
    /** What stands on the accounts of an app: `gateway_balance eur` and so on, without what is even. */
    async balances(appId: Uuid): Promise<Record<string, number>> {
      const { items } = await new Ledger(database()).balances(appId);
      const open = items.filter(({ balance }) => balance !== 0);
      return Object.fromEntries(open.map(({ account, currency, balance }) => [`${account} ${currency}`, balance]));
    },
    /** The app's transactions, oldest first, each as its kind and its lines. */
    async posted(appId: Uuid): Promise<string[]> {
      const { items } = await new Ledger(database()).list(appId, { limit: 100 });
      return items
        .toReversed()
        .map(({ kind, lines }) =>
          [kind, ...lines.map(({ account, amount, currency }) => `${account} ${amount} ${currency}`)].join(', '),
        );
    },
    /** What breaks the ledger's invariant at this moment, from this id on. */
    violations: (since = firstUuidAt(0)): Promise<object[]> => stage.sql(INVARIANT, [since]),
    newApp: (): Uuid => newUuid(),
  };
}
