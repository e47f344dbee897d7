import { formatId, type Lane, type Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import {
  BY_FLAG,
  BY_OPERATOR,
  HOLD_OF,
  END_HOLDS,
  LIFT_HOLDS,
  PASS_PROBE_ON,
  PLACE_HOLD,
  TAKE_PROBE,
  WAKE_WORK_OF_CREDENTIAL,
  WAKE_WORK_OF_PEOPLE,
} from './hold.queries.js';

/** What a hold covers: one credential, or every credential of the project that it belongs to. */
export type HoldScope = 'credential' | 'project';

/**
 * Whether work of a credential may be sent now: `free`; `wait`, for so many milliseconds; or `probe`: its hold has come to
 * its end, and this caller alone may send one message to see whether the provider takes it now.
 */
export type Passage =
  | { readonly passage: 'free' }
  | { readonly passage: 'wait'; readonly ms: number; readonly reason: string }
  | { readonly passage: 'probe'; readonly lane: string };

/** How a probe went: the provider took the credential, or did not say. (If it refused, there is a new hold.) */
export type ProbeEnd = 'accepted' | 'undecided';

const LONGEST_MS = 3_600_000;
const WHILE_PROBED_MS = 1_000;
const NEXT_PROBE_MS = 5_000;
/** What people hold may be lifted at any moment, and work that was handed back in that very moment must not have missed it for long. */
const LOOK_AGAIN_MS = 60_000;

/** Asks for passage; a caller that gets the probe must end it, by `endProbe` or `placeHold`. */
export async function passageFor(sql: Sql, credential: Uuid, lane: Lane): Promise<Passage> {
  const { rows } = await sql.query<{ lane: string; reason: string; ms: number }>(HOLD_OF, [credential, lane]);
  const hold = rows[0];
  if (hold === undefined) return { passage: 'free' };
  const longest = hold.lane === BY_OPERATOR || hold.lane === BY_FLAG ? LOOK_AGAIN_MS : hold.ms;
  if (hold.ms > 0) return { passage: 'wait', ms: Math.min(hold.ms, longest), reason: hold.reason };
  const { rowCount } = await sql.query(TAKE_PROBE, [credential, hold.lane]);
  if (rowCount > 0) return { passage: 'probe', lane: hold.lane };
  return { passage: 'wait', ms: WHILE_PROBED_MS, reason: `probing: ${hold.reason}` };
}

/** Pauses a credential, or its project, in every process. Its work waits, burning nothing. */
export async function placeHold(
  database: Database,
  credential: Uuid,
  hold: {
    readonly scope: HoldScope;
    readonly ms: number;
    readonly reason: string;
    /** What a hold that comes back again and again grows to; an hour unless told. Milliseconds. */
    readonly longest?: number;
  },
): Promise<void> {
  const { scope, ms, reason, longest = LONGEST_MS } = hold;
  await database.transaction(async (tx) => {
    const { rows } = await tx.query<{ credentialId: Uuid; appId: Uuid; until: Date; times: number }>(PLACE_HOLD, [
      credential,
      scope,
      ms,
      reason,
      longest,
    ]);
    await append(
      tx,
      rows.map(({ credentialId, appId, until, times }) => {
        const id = formatId('credential', credentialId);
        const data = { credentialId: id, reason, until: until.toISOString(), scope, times };
        return { appId, type: 'hold.placed' as const, subject: id, data };
      }),
    );
  });
}

export async function endProbe(database: Database, credential: Uuid, lane: string, end: ProbeEnd): Promise<void> {
  if (end === 'undecided') await database.query(PASS_PROBE_ON, [credential, lane, NEXT_PROBE_MS]);
  else
    await database.transaction(async (tx) => {
      const { rows } = await tx.query<LiftedRow>(END_HOLDS, [credential]);
      await wakeAndTell(tx, credential, rows, 'probe_succeeded');
    });
}

/** A hold that was deleted. */
export interface LiftedRow {
  readonly appId: Uuid;
  /** An operator, or whoever turned a flag off. */
  readonly byPeople: boolean;
}

/**
 * Ends the holds on a credential, but for what an operator or a flag holds; what waited for them is due at once. Returns whether there was one.
 */
export async function liftHold(tx: Sql, credential: Uuid, reason: string): Promise<boolean> {
  const { rows } = await tx.query<LiftedRow>(LIFT_HOLDS, [credential]);
  return wakeAndTell(tx, credential, rows, reason);
}

/** What follows from holds that were deleted. Returns whether there were any. */
export async function wakeAndTell(
  tx: Sql,
  credential: Uuid,
  lifted: readonly LiftedRow[],
  reason: string,
): Promise<boolean> {
  const [first] = lifted;
  if (first === undefined) return false;
  const wake = lifted.some(({ byPeople }) => byPeople) ? WAKE_WORK_OF_PEOPLE : WAKE_WORK_OF_CREDENTIAL;
  await tx.query(wake, [credential]);
  const credentialId = formatId('credential', credential);
  await append(tx, [
    { appId: first.appId, type: 'hold.lifted', subject: credentialId, data: { credentialId, reason } },
  ]);
  return true;
}
