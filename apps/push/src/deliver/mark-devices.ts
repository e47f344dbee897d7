import { formatId, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { append, type Fact } from '@signalbox/event-log';
import type { Admission, DeletionGuards } from '../deletion-guards/deletion-guards.js';
import { heldReason } from '../devices/status-reason.js';
import { judge, type TriedDevice, type Verdict } from './judge-device.js';
import { sentWith } from './sent-with.js';
import type { Settlement } from './settlement.js';
import { LOCK_TRIED, SET_STATUS } from './verdict.queries.js';

interface LockedDevice extends TriedDevice {
  /** Of its settlement in the batch. */
  readonly place: number;
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly installationId: string;
}

interface Judged {
  readonly device: LockedDevice;
  readonly settlement: Settlement;
  readonly verdict: Exclude<Verdict, { wants: 'nothing' }>;
}

/** What is written: the new status of one device. */
interface Change extends Judged {
  readonly status: 'active' | 'suspect' | 'deleted';
  readonly reason: string | null;
  readonly by: 'provider' | 'guard' | null;
}

/**
 * What happens to the registry, in the transaction that records the outcomes: judge-device.ts says what each answer
 * wants, the deletion guard of its credential how many deletions may be, and a device over the limit is suspect
 * instead. A stranger's host, which no fault of a provider speaks through, has its own device deleted without the
 * guard: else it could use up what the guard allows the others. Which answers call a token gone or suspect is said beside each provider, in apns-outcome.ts and
 * fcm-outcome.ts. `recorded` are all settlements that this transaction recorded, `concerned` those about a device.
 *
 * @returns what the guards decided; undefined when nobody had to be asked.
 */
export async function markDevices(
  tx: Sql,
  recorded: readonly Settlement[],
  concerned: readonly Settlement[],
  guards: DeletionGuards,
): Promise<Admission | undefined> {
  if (concerned.length === 0) return undefined;
  const { rows } = await tx.query<LockedDevice>(LOCK_TRIED, [
    concerned.map((each) => each.item.v),
    concerned.map((each) => each.tried?.target ?? null),
    concerned.map((each) => each.tried?.registeredAt ?? null),
    concerned.map((each) => each.item.p === true),
    concerned.map((_each, place) => place),
  ]);
  const judged = oneVerdictEach(rows, concerned);
  const wanted = judged.filter(({ verdict, settlement }) => verdict.wants === 'delete' && !settlement.stranger);
  const admission = wanted.length === 0 ? undefined : await guards.admit(tx, answersOf(recorded, wanted));
  const left = new Map(admission?.allowed);
  await write(
    tx,
    judged.map((each) => changeOf(each, left)),
  );
  return admission;
}

/** Several answers of one batch may be about one device; a deletion wins. */
function oneVerdictEach(rows: readonly LockedDevice[], concerned: readonly Settlement[]): Judged[] {
  const judged = new Map<Uuid, Judged>();
  for (const device of rows) {
    const settlement = concerned[device.place]!;
    const verdict = judge(settlement, device);
    if (verdict.wants === 'nothing') continue;
    if (verdict.wants === 'delete' || !judged.has(device.id)) judged.set(device.id, { device, settlement, verdict });
  }
  return [...judged.values()];
}

function answersOf(recorded: readonly Settlement[], wanted: readonly Judged[]) {
  const deletions = Map.groupBy(wanted, ({ settlement }) => settlement.progress.work.credentialId!);
  const sent = new Map(sentWith(recorded).map((each) => [each.credentialId, each.sent]));
  return [...deletions].map(([credentialId, all]) => {
    const { device, settlement } = all[0]!;
    const { provider } = settlement;
    return { credentialId, appId: device.appId, provider, sent: sent.get(credentialId) ?? 0, deletions: all.length };
  });
}

/** @param left how many deletions each credential may still do; counted down. */
function changeOf(each: Judged, left: Map<Uuid, number>): Change {
  const { verdict, settlement } = each;
  if (verdict.wants === 'active') return { ...each, status: 'active', reason: null, by: null };
  if (verdict.wants === 'suspect') return { ...each, status: 'suspect', reason: verdict.reason, by: 'provider' };
  const deleted: Change = { ...each, status: 'deleted', reason: verdict.reason, by: 'provider' };
  if (settlement.stranger) return deleted;
  const credentialId = settlement.progress.work.credentialId!;
  const allowed = left.get(credentialId) ?? 0;
  if (allowed === 0) return { ...each, status: 'suspect', reason: heldReason(verdict.reason), by: 'guard' };
  left.set(credentialId, allowed - 1);
  return deleted;
}

async function write(tx: Sql, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return;
  await tx.query(SET_STATUS, [
    changes.map((each) => each.device.id),
    changes.map((each) => each.status),
    changes.map((each) => each.reason),
    changes.map((each) => each.by),
    changes.map((each) => (each.status === 'active' ? null : each.settlement.progress.work.credentialId)),
  ]);
  await append(tx, changes.filter((each) => each.status !== each.device.status).map(factOf));
}

function factOf({ device, status, reason }: Change): Fact {
  const deviceId = formatId('device', device.id);
  const about = { appId: device.appId, subject: deviceId };
  const data = { deviceId, installationId: device.installationId, reason: reason ?? 'reproved' };
  switch (status) {
    case 'active':
      return { ...about, type: 'device.restored', data };
    case 'suspect':
      return { ...about, type: 'device.suspected', data };
    case 'deleted':
      return { ...about, type: 'device.removed', data };
  }
}
