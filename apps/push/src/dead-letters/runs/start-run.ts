import { type DeadLetterRunRequest, formatId, type Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { atCrashPoint } from '@signalbox/resilience';
import { COUNT_OPEN } from '../dead-letter.queries.js';
import { matchOf } from '../selection.js';
import { FIND, SAME_UNDER_WAY, START } from './run.queries.js';
import { type RunRow, wishesOf } from './run-row.js';

/** What is to be done with which letters, and who wants it. */
export interface RunWish {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly request: DeadLetterRunRequest;
  readonly startedBy: string;
}

/** `repeated`: it was started before, by the same request; `taken`: by another one, or of another app. */
export type Started =
  { readonly kind: 'started' | 'repeated' | 'same under way'; readonly run: RunRow } | { readonly kind: 'taken' };

/** Begins a run: it is there once this resolves, and goes on by itself. Repeating it with the same id begins nothing. */
export function startRun(database: Database, wish: RunWish): Promise<Started> {
  return atCrashPoint('letter-run.start', () => database.transaction((tx) => start(tx, wish)));
}

async function start(tx: Sql, { id, appId, request, startedBy }: RunWish): Promise<Started> {
  const { action, provider = null, lane = null, reason = null } = request;
  const [perSecond, note] = action === 'replay' ? [request.perSecond, null] : [null, request.note];
  const { rows: counted } = await tx.query<{ count: number }>(COUNT_OPEN, matchOf({ ...request, appId }));
  const letters = counted[0]!.count;
  const row = [id, appId, action, provider, lane, reason, perSecond, note, startedBy, letters];
  const [run] = (await tx.query<RunRow>(START, row)).rows;
  if (run !== undefined) {
    const data = { action, ...wishesOf(run), letters, startedBy };
    await append(tx, [{ appId, type: 'dead_letter_run.started', subject: formatId('deadLetterRun', id), data }]);
    return { kind: 'started', run };
  }
  const [known] = (await tx.query<RunRow>(FIND, [id, null])).rows;
  if (known !== undefined) {
    const wanted = { appId, action, provider, lane, reason, perSecond, note };
    const isSame = Object.entries(wanted).every(([key, value]) => known[key as keyof typeof wanted] === value);
    return isSame ? { kind: 'repeated', run: known } : { kind: 'taken' };
  }
  const [same] = (await tx.query<RunRow>(SAME_UNDER_WAY, [appId, action, provider, lane, reason])).rows;
  // It has ended since it was in the way.
  return same === undefined ? start(tx, { id, appId, request, startedBy }) : { kind: 'same under way', run: same };
}
