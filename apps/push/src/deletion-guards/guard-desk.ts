import { type DeletionGuardView, formatId, type ReleaseRequest, type Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { append, type Fact } from '@signalbox/event-log';
import { FULL } from './bucket.js';
import { DELETE_HELD, FREE_GUARD, GUARDS_TO_SHOW, KEEP_HELD, LOCK_OR_MAKE_GUARD } from './guard-desk.queries.js';

/** Devices in one transaction. */
const SLICE = 500;

/** What operators do with the guards. */
export class GuardDesk {
  constructor(private readonly database: Database) {}

  /** Guards that are tripped or open; all others work in silence. */
  async list(): Promise<DeletionGuardView[]> {
    const { rows } = await this.database.query<GuardRow>(GUARDS_TO_SHOW);
    return rows.map(({ credentialId, appId, provider, trippedAt, openUntil, held }) => ({
      credentialId: formatId('credential', credentialId),
      appId: formatId('app', appId),
      provider,
      trippedAt: trippedAt?.toISOString() ?? null,
      openUntil: openUntil?.toISOString() ?? null,
      held,
    }));
  }

  /**
   * Works off the devices that a guard holds, in slices, and then fills it anew: as long as it is tripped it goes on
   * holding what comes, so that nothing slips through in between. Stopped half-way, it is simply asked again.
   *
   * @returns how many devices it held; undefined for an unknown credential.
   */
  async release(credentialId: Uuid, { verdict, openForHours }: ReleaseRequest): Promise<number | undefined> {
    let devices = 0;
    for (let slice = SLICE; slice === SLICE; devices += slice) {
      slice = await this.database.transaction((tx) => workOff(tx, credentialId, verdict));
    }
    return this.database.transaction(async (tx) => {
      const { rows } = await tx.query<{ appId: Uuid }>(LOCK_OR_MAKE_GUARD, [credentialId, FULL]);
      const appId = rows[0]?.appId;
      if (appId === undefined) return undefined;
      // Those that came since the last slice; from here on nobody can hold another one.
      for (let slice = SLICE; slice === SLICE; devices += slice) slice = await workOff(tx, credentialId, verdict);
      await tx.query(FREE_GUARD, [credentialId, FULL, openForHours ?? null]);
      const id = formatId('credential', credentialId);
      const data = { credentialId: id, verdict, devices };
      await append(tx, [{ appId, type: 'deletion_guard.released', subject: id, data }]);
      return devices;
    });
  }
}

interface GuardRow {
  readonly credentialId: Uuid;
  readonly appId: Uuid;
  readonly provider: string;
  readonly trippedAt: Date | null;
  readonly openUntil: Date | null;
  readonly held: number;
}

interface HeldRow {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly installationId: string;
  readonly reason: string | null;
}

async function workOff(tx: Sql, credentialId: Uuid, verdict: ReleaseRequest['verdict']): Promise<number> {
  const { rows } = await tx.query<HeldRow>(verdict === 'delete' ? DELETE_HELD : KEEP_HELD, [credentialId, SLICE]);
  await append(
    tx,
    rows.map(({ id, appId, installationId, reason }): Fact => {
      const deviceId = formatId('device', id);
      const about = { appId, subject: deviceId };
      return verdict === 'delete'
        ? { ...about, type: 'device.removed', data: { deviceId, installationId, reason: reason ?? 'gone' } }
        : { ...about, type: 'device.restored', data: { deviceId, installationId, reason: 'kept' } };
    }),
  );
  return rows.length;
}
