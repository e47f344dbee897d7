import { hasSessionEnded } from '@signalbox/access';
import {
  type DeviceRegistration,
  type DeviceStatusFilter,
  type DeviceView,
  firstUuidAt,
  formatId,
  newUuid,
  type Page,
  parseId,
  type Uuid,
} from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { append, type Fact } from '@signalbox/event-log';
import { toPage } from '@signalbox/http';
import {
  BY_INSTALLATION,
  HEARTBEAT,
  LOCK_INSTALLATION,
  LOCK_INVOLVED,
  LOCK_NAMES,
  MARK_DELETED,
  OF_USER,
  UPSERT,
} from './device.queries.js';
import { type DeviceRow, view } from './device-view.js';
import { installationLock, sessionLock, targetLock } from './lock-names.js';

/** What a device's end is put down to. `gone` ends are the delivery's to say. */
export type RemovalReason = 'target_moved' | 'requested';

/** Whose a device is to be. */
export interface DeviceOwner {
  readonly userId?: string | undefined;
  /** By whose token it is registered, where a user does it; it is theirs until that session ends. */
  readonly sessionId?: string | undefined;
}

/** `session_ended`: after its token was looked at, and before the device was bound. Nothing was changed. */
export type Registered =
  | { readonly outcome: 'registered'; readonly created: boolean; readonly device: DeviceView }
  | { readonly outcome: 'session_ended' };

/** Which phones an app can reach. One row per installation, one live row per target. */
export class DeviceRegistry {
  constructor(private readonly database: Database) {}

  /** Registers an installation or brings it up to date. Facts are written only when something changed. */
  async register(
    appId: Uuid,
    installationId: string,
    registration: DeviceRegistration,
    owner: DeviceOwner,
  ): Promise<Registered> {
    const { target } = registration;
    const address = addressOf(target);
    const { sessionId } = owner;
    const columns = columnsOf(registration, owner);
    const heartbeat = await this.database.query<DeviceRow>(HEARTBEAT, [appId, installationId, ...columns]);
    if (heartbeat.rows[0] !== undefined) {
      return { outcome: 'registered', created: false, device: view(heartbeat.rows[0]) };
    }

    return this.database.transaction(async (tx) => {
      const names = [installationLock(appId, installationId), targetLock(appId, target.kind, address)];
      await tx.query(LOCK_NAMES, [...names, sessionId === undefined ? null : sessionLock(sessionId)]);
      // Whoever reads the end of this session in the feed waits for us, or has been there: then the session is seen to be over.
      if (sessionId !== undefined && (await hasSessionEnded(tx, sessionId))) return { outcome: 'session_ended' };
      const involved = await tx.query<InvolvedRow>(LOCK_INVOLVED, [appId, installationId, target.kind, address]);
      const before = involved.rows.find((row) => row.installationId === installationId);
      // A re-installed app gets a new installation id but may keep its token: the old row would double every push.
      const moved = involved.rows.filter((row) => row !== before);
      await remove(tx, appId, moved, 'target_moved');
      const { rows } = await tx.query<DeviceRow>(UPSERT, [newUuid(), appId, installationId, ...columns]);
      const device = view(rows[0]!);
      const { id: deviceId, platform } = device;
      await append(tx, [
        { appId, type: 'device.registered', subject: deviceId, data: { deviceId, installationId, platform } },
      ]);
      return { outcome: 'registered', created: before === undefined, device };
    });
  }

  /** Ends a registration; the row stays, so that the past can be explained. Returns whether there is such a device. */
  async remove(appId: Uuid, installationId: string): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const { rows } = await tx.query<LockedRow>(LOCK_INSTALLATION, [appId, installationId]);
      const [device] = rows;
      if (device === undefined) return false;
      // What a provider ended may be undone; what its owner removed may not, also when a provider was quicker.
      const isFinal = device.status === 'deleted' && (device.statusBy === 'caller' || device.statusBy === 'moved');
      if (!isFinal) await remove(tx, appId, [{ id: device.id, installationId }], 'requested');
      return true;
    });
  }

  /** A device in any status; undefined when there never was one under this installation id. */
  async find(appId: Uuid, installationId: string): Promise<DeviceView | undefined> {
    const { rows } = await this.database.query<DeviceRow>(BY_INSTALLATION, [appId, installationId]);
    return rows[0] && view(rows[0]);
  }

  /** A user's devices in the order of their ids, behind the device `after` (a public id). */
  async ofUser(
    appId: Uuid,
    userId: string,
    { after, limit, status }: { after?: string | undefined; limit: number; status: DeviceStatusFilter },
  ): Promise<Page<DeviceView>> {
    const from = after === undefined ? firstUuidAt(0) : parseId('device', after);
    if (from === undefined) return { items: [], next: null };
    const statuses = status === 'all' ? ['active', 'suspect', 'deleted'] : [status];
    const { rows } = await this.database.query<DeviceRow>(OF_USER, [appId, userId, from, limit + 1, statuses]);
    return toPage(rows.map(view), limit);
  }
}

interface InvolvedRow {
  readonly id: Uuid;
  readonly installationId: string;
}

interface LockedRow {
  readonly id: Uuid;
  readonly status: string;
  readonly statusBy: string | null;
}

async function remove(tx: Sql, appId: Uuid, devices: readonly InvolvedRow[], reason: RemovalReason): Promise<void> {
  if (devices.length === 0) return;
  const by = reason === 'requested' ? 'caller' : 'moved';
  await tx.query(MARK_DELETED, [devices.map((device) => device.id), reason, by]);
  await append(
    tx,
    devices.map(({ id, installationId }): Fact => {
      const deviceId = formatId('device', id);
      return { appId, type: 'device.removed', subject: deviceId, data: { deviceId, installationId, reason } };
    }),
  );
}

/** In the order of HEARTBEAT and UPSERT. Only APNs has two environments; everything else lives in production. */
function columnsOf(registration: DeviceRegistration, { userId, sessionId }: DeviceOwner): (string | null)[] {
  const { platform, target, environment, bundleId, locale, timeZone, appVersion } = registration;
  return [
    userId ?? null,
    sessionId ?? null,
    platform,
    target.kind,
    addressOf(target),
    environment ?? 'production',
    bundleId ?? null,
    locale ?? null,
    timeZone ?? null,
    appVersion ?? null,
    target.kind === 'webpush' ? JSON.stringify({ p256dh: target.p256dh, auth: target.auth }) : null,
  ];
}

/** By which two registrations are the same phone's, or the same browser's. */
function addressOf(target: DeviceRegistration['target']): string {
  return target.kind === 'webpush' ? target.endpoint : target.token;
}
