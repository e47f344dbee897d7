import type { PushMessage } from '../providers/push-provider.js';

type Device = PushMessage['device'];
export interface TestDeviceRow extends Omit<Device, 'bundleId' | 'targetKeys'> {
  readonly bundleId: string | null;
  readonly targetKeys: NonNullable<Device['targetKeys']> | null;
}

/** $1 device, $2 app. Index: device_pkey. */
export const TEST_DEVICE = `
  SELECT id, target, target_kind AS "targetKind", target_keys AS "targetKeys", environment, bundle_id AS "bundleId",
    last_seen_at AS "registeredAt"
  FROM device WHERE id = $1 AND app_id = $2 AND status <> 'deleted'`;
