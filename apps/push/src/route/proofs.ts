import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { Addressed } from './addressed.js';
import { type CurrentCredentials, providerOf } from './provider-of.js';
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
  addressed: readonly Addressed[],
  credentials: CurrentCredentials,
): Promise<Proofs> {
  const firstFor = new Map<Uuid, Uuid>();
  for (const { notification, devices } of addressed) {
    for (const device of devices) {
      const mayBeTried = device.due && credentials[providerOf(device)].has(notification.appId);
      if (mayBeTried && !firstFor.has(device.id)) firstFor.set(device.id, notification.id);
    }
  }
  if (firstFor.size === 0) return new Map();
  const { rows } = await tx.query<{ id: Uuid }>(TAKE_PROOFS, [[...firstFor.keys()]]);
  const taken = Map.groupBy(rows, (row) => firstFor.get(row.id)!);
  return new Map([...taken].map(([notification, devices]) => [notification, new Set(devices.map(({ id }) => id))]));
}
