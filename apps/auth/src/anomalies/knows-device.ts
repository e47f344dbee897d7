import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { KNOWS_DEVICE } from './anomalies.queries.js';
import { deviceHash } from './device-hash.js';

/**
 * Whether a user was signed in on a device, and nothing has shown since that somebody else was.
 *
 * @param deviceId what is proven about it; what a request only says makes nothing known.
 */
export async function knowsDevice(sql: Sql, userId: Uuid, deviceId: string | undefined): Promise<boolean> {
  if (deviceId === undefined) return false;
  return (await sql.query(KNOWS_DEVICE, [userId, deviceHash(userId, deviceId)])).rowCount > 0;
}
