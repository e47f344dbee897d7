import { formatId, parseId, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { type Holding, type Person, rowsHolding } from '@signalbox/personal-data';
import {
  COLLECT_DEVICES,
  COLLECT_TOPICS,
  ERASE_DEVICES,
  ERASE_TOPICS,
  NAMES_OF_DEVICES,
} from './personal-data.queries.js';

/** By what the log and the dead letters name a user's devices. Read while there are any. */
export async function namesOfDevices(tx: Sql, { appId, userId }: Omit<Person, 'knownAs'>): Promise<string[]> {
  const { rows } = await tx.query<{ id: Uuid; installationId: string }>(NAMES_OF_DEVICES, [appId, userId]);
  return rows.flatMap(({ id, installationId }) => [installationId, formatId('device', id)]);
}

/** Those of a user's names that are devices, as tables have them. */
export function devicesAmong({ knownAs }: Person): Uuid[] {
  return knownAs.flatMap((name) => parseId('device', name) ?? []);
}

/** Registrations, tokens and all. What is on its way to one of them is refused: there is no such device. */
export const devices: Holding = rowsHolding({
  name: 'devices',
  erase: ERASE_DEVICES,
  collect: COLLECT_DEVICES,
  by: ({ userId }) => userId,
});

/** What the user's phones subscribed to. Erased once the devices are gone, so that none can be added. */
export const topics: Holding = rowsHolding({
  name: 'topics',
  erase: ERASE_TOPICS,
  collect: COLLECT_TOPICS,
  by: devicesAmong,
});
