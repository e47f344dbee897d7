import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { StoredNotification } from '../work/notifications-by-id.js';
import { type CurrentCredentials, providerOf } from './provider-of.js';
import type { Recipients } from './resolve-recipients.js';
import { TAKE_PROOFS } from './route.queries.js';

/** Suspect devices that this transaction may try once more, by the notification that does it. */
export type Proofs = ReadonlyMap<Uuid, ReadonlySet<Uuid>>;

/**
 * A device is suspect when a provider did not like its token. Providers err, and some phones never register again, so
 * a day later one notification tries whether it is alive after all: the first that is addressed to it. Marked in the
 * routing transaction, so that of many notifications, in many processes, only one does it.
 */
export async function takeProofs(
  tx: Sql,
  notifications: readonly StoredNotification[],
  recipients: ReadonlyMap<Uuid, Recipients>,
  credentials: CurrentCredentials,
): Promise<Proofs> {
  const firstFor = new Map<Uuid, Uuid>();
  for (const { id, appId } of notifications) {
    for (const device of recipients.get(id)?.devices ?? []) {
      const mayBeTried = device.due && credentials[providerOf(device)].has(appId);
      if (mayBeTried && !firstFor.has(device.id)) firstFor.set(device.id, id);
    }
  }
  if (firstFor.size === 0) return new Map();
  const { rows } = await tx.query<{ id: Uuid }>(TAKE_PROOFS, [[...firstFor.keys()]]);
  const taken = Map.groupBy(rows, (row) => firstFor.get(row.id)!);
  return new Map([...taken].map(([notification, devices]) => [notification, new Set(devices.map(({ id }) => id))]));
}
