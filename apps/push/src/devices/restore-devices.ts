import {
  type DeviceView,
  firstUuidAt,
  formatId,
  type RestoreAnswer,
  type RestoreRequest,
  type Uuid,
} from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { append, type Fact } from '@signalbox/event-log';
import { BY_INSTALLATION } from './device.queries.js';
import { type DeviceRow, view } from './device-view.js';
import { targetLock } from './lock-names.js';
import { COUNT_ENDED_BY_PROVIDER, ENDED_BY_PROVIDER, LOCK_ENDED, LOCK_TARGETS, SET_ACTIVE } from './restore.queries.js';
import { formsOf } from './status-reason.js';

/** Devices in one transaction. */
const SLICE = 500;

/** What a provider's devices are registered by. */
const TARGETS = { apns: ['apns'], fcm: ['fcm_token', 'fid'], webpush: ['webpush'] } as const;

/** What became of the wish to put one device back. */
export type Restoration =
  | { readonly outcome: 'active'; readonly device: DeviceView }
  | { readonly outcome: 'unknown' | 'removed-by-caller' }
  | { readonly outcome: 'moved'; readonly to: string | undefined };

/**
 * Puts back devices that a provider's answers ended, rightly or not: a provider can err by the thousand, and a token
 * that is lost does not come back by itself. Never what a caller removed, nor a token that moved to another installation.
 */
export class RestoreDevices {
  constructor(private readonly database: Database) {}

  /** One device; one that is active already stays so. */
  async one(appId: Uuid, installationId: string): Promise<Restoration> {
    return this.database.transaction(async (tx) => {
      const { rows } = await tx.query<DeviceRow>(BY_INSTALLATION, [appId, installationId]);
      const [found] = rows;
      if (found === undefined) return { outcome: 'unknown' };
      const { restored, skipped } = await restore(tx, appId, [found]);
      if (restored[0]) return { outcome: 'active', device: view(restored[0]) };
      if (skipped[0]) return { outcome: 'moved', to: skipped[0].movedTo };
      // Nothing a provider had ended, as it is now that its target is locked.
      const now = (await tx.query<DeviceRow>(BY_INSTALLATION, [appId, installationId])).rows[0]!;
      if (now.status === 'active') return { outcome: 'active', device: view(now) };
      return now.statusBy === 'moved' ? { outcome: 'moved', to: undefined } : { outcome: 'removed-by-caller' };
    });
  }

  /** All that match, oldest first, in slices of a transaction each: what is done is done, and asking again goes on. */
  async many(appId: Uuid, request: RestoreRequest): Promise<RestoreAnswer> {
    const { endedAfter, endedBefore = null, provider, reason, limit } = request;
    const filter = [
      appId,
      endedAfter,
      endedBefore,
      provider === undefined ? null : TARGETS[provider],
      reason === undefined ? null : formsOf(reason),
    ];
    let [restored, skipped, after] = [0, 0, ['-infinity', firstUuidAt(0)]];
    while (restored < limit) {
      const size = Math.min(SLICE, limit - restored);
      const slice = (await this.database.query<EndedRow>(ENDED_BY_PROVIDER, [...filter, ...after, size])).rows;
      if (slice.length === 0) break;
      const done = await this.database.transaction((tx) => restore(tx, appId, slice));
      restored += done.restored.length;
      skipped += done.skipped.length;
      const last = slice.at(-1)!;
      after = [last.endedAt, last.id];
    }
    const { rows } = await this.database.query<{ count: number }>(COUNT_ENDED_BY_PROVIDER, [...filter, ...after]);
    return { restored, skipped, left: rows[0]!.count };
  }
}

interface Target {
  readonly id: Uuid;
  readonly targetKind: string;
  readonly target: string;
}

interface EndedRow extends Target {
  /** As text: the driver would cut it to milliseconds, and some devices would be met twice. */
  readonly endedAt: string;
}

interface LockedRow {
  readonly id: Uuid;
  readonly installationId: string;
  readonly movedTo: string | null;
}

async function restore(
  tx: Sql,
  appId: Uuid,
  targets: readonly Target[],
): Promise<{ restored: DeviceRow[]; skipped: { movedTo: string }[] }> {
  await tx.query(LOCK_TARGETS, [targets.map((each) => targetLock(appId, each.targetKind, each.target))]);
  const { rows } = await tx.query<LockedRow>(LOCK_ENDED, [targets.map((each) => each.id)]);
  const skipped = rows.flatMap(({ movedTo }) => (movedTo === null ? [] : [{ movedTo }]));
  const mine = rows.filter((each) => each.movedTo === null);
  if (mine.length === 0) return { restored: [], skipped };
  const restored = (await tx.query<DeviceRow>(SET_ACTIVE, [mine.map((each) => each.id)])).rows;
  await append(
    tx,
    mine.map(({ id, installationId }): Fact => {
      const deviceId = formatId('device', id);
      const data = { deviceId, installationId, reason: 'undone' };
      return { appId, type: 'device.restored', subject: deviceId, data };
    }),
  );
  return { restored, skipped };
}
