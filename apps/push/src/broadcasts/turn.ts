import { firstUuidAt } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { BroadcastRow } from './broadcast-row.js';
import { OTHERS_SHARE, OTHERS_WAIT, ROWS_UNDER_WAY } from './broadcast.queries.js';
import { type Pace, pace, type Paced } from './pacing.js';

/** Work rows of one broadcast that wait for a provider: with more than this many there would only be more to cancel. */
const MOST_UNDER_WAY = 40;
/** Those that wait for a credential on hold, or one channel that is away would soon stop the others. Nobody works on them meanwhile. */
const MOST_HELD = 1_000;
const BACKLOG_MS = 500;

/** What somebody waits for goes first: while fresh transactional work has been lying for longer than this, a broadcast hands nothing out. */
const OTHERS_MAY_WAIT_MS = 100;
const COURTESY_MS = 200;
/** But it goes on, at least a portion in so long a time: else an installation that is too small would never end one. */
const LONGEST_COURTESY_MS = 5_000;

const YEAR_MS = 366 * 24 * 3_600_000;

/** So many phones now, each of which takes up `eachMs` of its time; or none before `waitUntil`. */
export type Turn =
  | Extract<Pace, { readonly take: number }>
  | { readonly waitUntil: number; readonly why: 'pace' | 'quarter_hour' | 'backlog' | 'others' };

/**
 * Whether a broadcast may hand phones out at this moment, on its way through the audience or of those whom it put off: what its pace
 * says, unless too much of it waits for a provider, or others wait for a worker. The caller has it locked.
 */
export async function turnOf(
  tx: Sql,
  { id, appId, pacing }: Pick<BroadcastRow, 'id' | 'appId' | 'pacing'>,
  paced: Paced,
  now: number,
): Promise<Turn> {
  const { rows: sharing } = await tx.query<{ n: number }>(OTHERS_SHARE, [appId, firstUuidAt(now - YEAR_MS), id]);
  const next = pace(pacing, paced, now, 1 + sharing[0]!.n);
  if ('waitUntil' in next) return next;
  const { rows: waiting } = await tx.query<{ open: number; held: number }>(ROWS_UNDER_WAY, [id]);
  const { open, held } = waiting[0]!;
  if (open >= MOST_UNDER_WAY || held >= MOST_HELD) return { waitUntil: now + BACKLOG_MS, why: 'backlog' };
  const patience = now - paced.until < LONGEST_COURTESY_MS;
  if (patience && (await tx.query(OTHERS_WAIT, [OTHERS_MAY_WAIT_MS, id])).rowCount > 0) {
    return { waitUntil: now + COURTESY_MS, why: 'others' };
  }
  return next;
}

/** How far a broadcast that has begun is on its clock. */
export function pacedOf({ pacedFrom, pacedUntil }: BroadcastRow): Paced {
  return { from: pacedFrom!.getTime(), until: pacedUntil!.getTime() };
}
