import { formatId, type Uuid } from '@signalbox/contracts';
import type { CredentialReader } from '@signalbox/credentials';
import type { Database, Sql } from '@signalbox/database';
import { append, type Fact } from '@signalbox/event-log';
import type { LeasedWork, Offer } from '@signalbox/queues';
import { atCrashPoint } from '@signalbox/resilience';
import { type AudienceDevice, countAudience, FIRST_ID, nextPortion } from '../audiences/walk-audience.js';
import type { Addressed } from '../route/addressed.js';
import type { RoutePlan } from '../route/plan-route.js';
import { routeDevices, writePlan } from '../route/route-devices.js';
import { NO_TALLY, talliesOf } from '../tallies/tallies.js';
import { notificationsById, type StoredNotification } from '../work/notifications-by-id.js';
import { pushWork } from '../work/push-work.js';
import { type BroadcastRow, lockBroadcast, writeBroadcast } from './broadcast-row.js';
import { ANY_IN_LINE, FORGET_CLAIMS, NEWEST_PHONE, NEXT_OWED } from './broadcast.queries.js';
import { keepDelays } from './delay-rows.js';
import { paidUntil } from './pacing.js';
import { stopped } from './rate.js';
import { pacedOf, turnOf } from './turn.js';

/** Whose time has come goes before those who were not looked at yet. */
const IN_LINE_MS = 500;

/** How often it is looked at whether everything has an outcome: soon while something is under way, else when it is due. */
const LOOK_AGAIN_MS = { soonest: 1_000, latest: 60_000 };
/** Work under way is due again when its lease ends. */
const UNDER_WAY_MS = 20_000;

/**
 * What one transaction came to: `went` a portion further; `wait` until then; `ended`: it has no step left; `lost`: another worker
 * has it, or it was paused or cancelled.
 */
export type StepEnd =
  | { readonly step: 'went'; readonly offers: readonly Offer[] }
  | { readonly step: 'wait'; readonly until: number }
  | { readonly step: 'ended' | 'lost' };

/** Takes one broadcast one portion of phones further. Whoever is killed in it has done nothing. `now`: milliseconds since 1970. */
export function takeStep(
  database: Database,
  credentials: CredentialReader,
  work: LeasedWork,
  now: number,
): Promise<StepEnd> {
  return atCrashPoint('broadcast.commit', () =>
    database.transaction(async (tx): Promise<StepEnd> => {
      if ((await pushWork.lock(tx, work)) === undefined) return { step: 'lost' };
      const row = await lockBroadcast(tx, work.rootId);
      // Whoever gets further is not what kills workers, however many died here before.
      if (work.claims > 1) await tx.query(FORGET_CLAIMS, [work.id]);
      switch (row?.state) {
        case 'scheduled':
          return begin(tx, row, now);
        case 'running':
          return handOut(tx, row, credentials, now);
        case 'draining':
          return drain(tx, row, work, now);
        default:
          await pushWork.remove(tx, work);
          return { step: 'ended' };
      }
    }),
  );
}

async function begin(tx: Sql, row: BroadcastRow, now: number): Promise<StepEnd> {
  const at = new Date(now);
  // Ids grow with time, so whoever registers from here on is behind the newest; clocks need not agree for that.
  const lastId = (await tx.query<{ id: Uuid }>(NEWEST_PHONE, [row.appId])).rows[0]?.id ?? FIRST_ID;
  const stretch = { after: FIRST_ID, last: lastId };
  const total = await atCrashPoint('broadcast.load', () => countAudience(tx, row.appId, row.audience, stretch));
  const clock = { startedAt: at, pacedFrom: at, pacedUntil: at };
  await writeBroadcast(tx, row, { state: 'running', lastId, total, ...clock });
  await append(tx, [factOf(row, 'broadcast.started', { devices: total })]);
  return { step: 'went', offers: [] };
}

async function handOut(tx: Sql, row: BroadcastRow, credentials: CredentialReader, now: number): Promise<StepEnd> {
  // Or they would wait until it has been through everybody: a step is always the first to know that there is time again.
  if ((await tx.query(ANY_IN_LINE, [row.id])).rowCount > 0) return waitFor(tx, row, now + IN_LINE_MS, 'put_off');
  const paced = pacedOf(row);
  const next = await turnOf(tx, row, paced, now);
  if ('waitUntil' in next) return waitFor(tx, row, next.waitUntil, next.why);

  const stretch = { after: row.cursor ?? FIRST_ID, last: row.lastId! };
  const [portion, notifications] = await atCrashPoint('broadcast.load', async () => [
    await nextPortion(tx, row.appId, row.audience, stretch, next.take),
    await notificationsById(tx, [row.id]),
  ]);
  const notification = notifications.get(row.id);
  // Past retention: nobody could read any more what was to be sent.
  const devices = notification === undefined ? [] : portion.devices;
  const upTo = notification === undefined ? undefined : portion.upTo;
  const addressed = devices.length === 0 ? [] : [addressedTo(notification!, devices)];
  const plan = await routeDevices(
    tx,
    row.id,
    addressed,
    { credentials: await credentials.forPush(tx, [row.appId]) },
    now,
  );
  const sends = await writePlan(tx, row.id, withoutDelays(plan), now);
  const { offers: delays, open } = await keepDelays(tx, row, plan.delays, now);
  const taken = row.taken + devices.length;
  const counted = { ...row.counted, delayed: addDelays(row, plan) };
  const written = await writeBroadcast(tx, row, {
    taken,
    counted,
    cursor: upTo ?? row.cursor,
    delays: upTo === undefined ? {} : open,
    pacedUntil: new Date(paidUntil(paced, now, next.eachMs, devices.length)),
    waitsUntil: null,
    waitsFor: null,
    ...(upTo === undefined && handedOut({ ...row, taken, counted }, now)),
  });
  if (upTo === undefined) {
    const data = { devices: written.taken, delayed: written.counted.delayed ?? {} };
    await append(tx, [factOf(row, 'broadcast.handed_out', data)]);
  }
  return { step: 'went', offers: [...sends, ...delays] };
}

/** Who was not counted when it began has been now. */
function handedOut(row: BroadcastRow, now: number) {
  const { total, taken } = row;
  return { state: 'draining' as const, handedAt: new Date(now), total: total ?? taken, counted: stopped(row, now) };
}

/** Nobody is asked for by name: each phone is put off, refused and asked about again for itself. */
function addressedTo(notification: StoredNotification, devices: readonly AudienceDevice[]): Addressed {
  const resolved = devices.map((device) => ({ ...device, of: '', status: 'active', due: false }));
  return { notification, item: { n: notification.id }, asked: [], devices: resolved };
}

/** Who is put off is told once, at the end, and kept in rows that fill up from step to step. */
function withoutDelays(plan: RoutePlan): RoutePlan {
  return { ...plan, delays: [], facts: plan.facts.filter(({ type }) => type !== 'notification.delayed') };
}

function addDelays({ counted: { delayed = {} } }: BroadcastRow, { delays }: RoutePlan): Record<string, number> {
  const sums = { ...delayed };
  for (const { verdict } of delays) sums[verdict.reason] = (sums[verdict.reason] ?? 0) + 1;
  return sums;
}

async function waitFor(tx: Sql, row: BroadcastRow, until: number, waitsFor: string): Promise<StepEnd> {
  await writeBroadcast(tx, row, { waitsUntil: new Date(until), waitsFor });
  return { step: 'wait', until };
}

/** Nothing is owed any more once no other work row descends from it. */
async function drain(tx: Sql, row: BroadcastRow, work: LeasedWork, now: number): Promise<StepEnd> {
  const { rows } = await tx.query<{ next: Date | null }>(NEXT_OWED, [row.id, work.queue]);
  const next = rows[0]!.next?.getTime();
  if (next !== undefined) {
    const wanted = next - now < UNDER_WAY_MS ? 0 : next - now;
    const wait = Math.min(LOOK_AGAIN_MS.latest, Math.max(LOOK_AGAIN_MS.soonest, wanted));
    return { step: 'wait', until: now + wait };
  }
  await writeBroadcast(tx, row, { state: 'completed', endedAt: new Date(now) });
  const { outcomes } = (await talliesOf(tx, [row.id])).get(row.id) ?? NO_TALLY;
  await append(tx, [factOf(row, 'broadcast.completed', { devices: row.taken, outcomes })]);
  await pushWork.remove(tx, work);
  return { step: 'ended' };
}

export function factOf({ id, appId }: Pick<BroadcastRow, 'id' | 'appId'>, type: Fact['type'], data: object): Fact {
  return { appId, type, subject: formatId('broadcast', id), data };
}
