import { LANES, type Lane, firstUuidAt } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { type Backlog, WorkStore } from '@signalbox/queues';
import { COUNT_RECENT } from './overview.queries.js';

export interface Overview {
  /** Minutes that the counts cover: 60, or fewer when that much happened. */
  readonly minutes: number;
  readonly accepted: number;
  readonly sent: number;
  readonly failed: number;
  /** What waits, per lane; a lane without work is there too. */
  readonly lanes: readonly { readonly lane: Lane; readonly queues: readonly Backlog[] }[];
}

const PERIOD = 3_600_000;
const MOST_EVENTS = 100_000;
/** The outcomes after which a notification will not reach its device. */
const FAILURES = [
  'notification.undeliverable',
  'delivery.rejected',
  'delivery.gone',
  'delivery.refused',
  'delivery.expired',
  'delivery.dead',
];

const work = new WorkStore('push_work');

/** What an operator wants to know first: what came in, what went out, what waits. */
export async function readOverview(sql: Sql): Promise<Overview> {
  const [recent, backlog] = await Promise.all([
    sql.query<{ type: string; count: number; oldestSeconds: number }>(COUNT_RECENT, [
      firstUuidAt(Date.now() - PERIOD),
      MOST_EVENTS,
    ]),
    work.backlog(sql),
  ]);
  const count = (...types: string[]): number =>
    recent.rows.filter((row) => types.includes(row.type)).reduce((sum, row) => sum + row.count, 0);
  const looked = recent.rows.reduce((sum, row) => sum + row.count, 0);
  const oldest = Math.max(0, ...recent.rows.map((row) => row.oldestSeconds));
  return {
    minutes: looked < MOST_EVENTS ? PERIOD / 60_000 : Math.max(1, Math.floor(oldest / 60)),
    accepted: count('notification.accepted'),
    sent: count('delivery.sent'),
    failed: count(...FAILURES),
    lanes: LANES.map((lane) => ({ lane, queues: backlog.filter(({ queue }) => queue.endsWith(`.${lane}`)) })),
  };
}
