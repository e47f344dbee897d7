import { parseId, type Uuid } from '@signalbox/contracts';
import { askTogether, type Database, type Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { subjectOf } from '@signalbox/personal-data';
import { atCrashPoint, Chore } from '@signalbox/resilience';
import { atMostOnceAMinute, type Logger, type Metrics } from '@signalbox/telemetry';
import { type ReceiptSigner, signReceipt } from './receipt.js';
import type { RequestRow } from './request.js';
import {
  ANY_EXPIRED,
  ANY_OPEN,
  COUNT_OPEN,
  DELETE_USER,
  END_REQUEST,
  EXPIRE_ARCHIVES,
  READY,
  TELL_OVERDUE,
} from './requests.queries.js';

/** Between two looks for requests that every service has answered. */
const EVERY_MS = 1_000;
/** Between two looks for those that are overdue, archives that nobody fetched, and how many are open. */
const UPKEEP_EVERY_MS = 5_000;
/** Days that an archive waits to be fetched. */
const ARCHIVE_DAYS = 7;

export interface SagaParts {
  readonly database: Database;
  readonly signer: ReceiptSigner;
  readonly issuer: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * Brings requests to their end once every service has done its part, and makes noise about those that take too long: there is no
 * end without everybody's answer.
 */
export function personalDataSaga(parts: SagaParts): readonly Chore[] {
  const { database, logger } = parts;
  const gauges = {
    open: parts.metrics.gauge('data_requests_open', 'Requests for users’ data that have not ended', ['kind']),
    overdue: parts.metrics.gauge(
      'data_requests_overdue',
      'Requests for users’ data that some service has not answered in time: an alarm',
      ['kind'],
    ),
  };
  const complain = atMostOnceAMinute((error: unknown, keptBack: number) =>
    logger.warn({ err: error, keptBack }, 'requests for users’ data could not be looked after; trying again'),
  );
  const complaining = (everyMs: number, work: (signal: AbortSignal) => Promise<void>): Chore =>
    new Chore(everyMs, (signal) => work(signal).catch(complain));
  return [
    complaining(EVERY_MS, async (signal) => {
      if (!(await askTogether(database, { asks: ANY_OPEN }))) return;
      // Most looks find none, and a look needs no transaction.
      while (!signal.aborted && (await isReady(database))) await database.transaction((tx) => endOne(tx, parts));
    }),
    complaining(UPKEEP_EVERY_MS, async () => {
      const [isAnyOpen, isAnyExpired] = await Promise.all(
        [ANY_OPEN, ANY_EXPIRED].map((asks) => askTogether(database, { asks })),
      );
      if (isAnyOpen) await database.transaction((tx) => tellOverdue(tx, logger));
      if (isAnyExpired) await database.query(EXPIRE_ARCHIVES);
      await sample(database, gauges, isAnyOpen === true);
    }),
  ];
}

type OpenRequest = RequestRow & { readonly userId: string };

async function isReady(sql: Sql): Promise<boolean> {
  return (await sql.query(READY)).rows.length > 0;
}

/** None, where another process was quicker. */
async function endOne(tx: Sql, parts: SagaParts): Promise<void> {
  const request = (await tx.query<OpenRequest>(READY)).rows[0];
  if (request !== undefined) await atCrashPoint('personal-data.end', () => end(tx, parts, request));
}

async function end(tx: Sql, { signer, issuer }: SagaParts, request: OpenRequest): Promise<void> {
  const { id, appId, kind, userId } = request;
  const { receipt, key } = await signReceipt(signer, issuer, request, new Date());
  const user = parseId('user', userId);
  if (kind === 'erasure' && user !== undefined) await tx.query(DELETE_USER, [user, appId]);
  await tx.query(END_REQUEST, [id, receipt, JSON.stringify(key), kind === 'export' ? ARCHIVE_DAYS : null]);
  const type = kind === 'erasure' ? 'user.erased' : 'user.export_ready';
  await append(tx, [{ appId, type, ...subjectOf({ requestId: id, userId }) }]);
}

interface OverdueRow {
  readonly requestId: Uuid;
  readonly appId: Uuid;
  readonly kind: string;
  readonly userId: string;
  readonly services: string[];
}

async function tellOverdue(tx: Sql, logger: Logger): Promise<void> {
  const { rows } = await tx.query<OverdueRow>(TELL_OVERDUE);
  await append(
    tx,
    rows.map((row) => {
      const { subject, data } = subjectOf(row);
      const { appId, kind, services } = row;
      return { appId, type: 'user.data_request_overdue' as const, subject, data: { ...data, kind, services } };
    }),
  );
  for (const { requestId, kind, services } of rows) {
    logger.error({ request: requestId, kind, services }, 'a request for a user’s data is overdue');
  }
}

async function sample(
  sql: Sql,
  gauges: Readonly<Record<'open' | 'overdue', ReturnType<Metrics['gauge']>>>,
  isAnyOpen: boolean,
): Promise<void> {
  type Row = { kind: string; open: number; overdue: number };
  const rows = isAnyOpen ? (await sql.query<Row>(COUNT_OPEN)).rows : [];
  for (const kind of ['erasure', 'export']) {
    const row = rows.find((each) => each.kind === kind);
    gauges.open.set({ kind } as never, row?.open ?? 0);
    gauges.overdue.set({ kind } as never, row?.overdue ?? 0);
  }
}
