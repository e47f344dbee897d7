import { formatId } from '@signalbox/contracts';
import type { Fact } from '@signalbox/event-log';
import type { StoredNotification } from '../work/notifications-by-id.js';
import type { ResolvedDevice } from './resolve-recipients.js';

/** Enough to look into; a fact is no place for a list of any length. */
const DEVICES_TOLD = 20;

/** The recipients' devices that it does not go to. */
interface OtherDevices {
  readonly passedOver: readonly ResolvedDevice[];
  readonly leftOut: readonly ResolvedDevice[];
}

/**
 * What routing one notification tells besides its deliveries. One delivery is the usual case and says all by itself;
 * anything else is a fact of its own, and suspect devices that were passed over are told apart from none at all.
 */
export function routingFacts(
  notification: StoredNotification,
  asked: readonly string[],
  chosen: readonly ResolvedDevice[],
  others: OtherDevices,
): Fact[] {
  const about = { appId: notification.appId, subject: formatId('notification', notification.id) };
  if (chosen.length === 0) return [{ ...about, type: 'notification.undeliverable', data: whyNone(others) }];
  const reached = new Set(chosen.map((device) => device.of));
  const withoutDevice = asked.filter((each) => !reached.has(each));
  if (chosen.length === 1 && withoutDevice.length === 0) return [];
  const suspect = new Set(others.passedOver.map((device) => device.of));
  const onlySuspect = withoutDevice.filter((each) => suspect.has(each));
  const data = { deliveries: chosen.length, withoutDevice, ...(onlySuspect.length === 0 ? {} : { onlySuspect }) };
  return [{ ...about, type: 'notification.routed', data }];
}

function whyNone({ passedOver, leftOut }: OtherDevices) {
  if (passedOver.length > 0) return { reason: 'only_suspect_devices', deviceIds: told(passedOver) };
  if (leftOut.length > 0) return { reason: 'only_devices_warned_of', deviceIds: told(leftOut) };
  return { reason: 'no_active_device' };
}

const told = (devices: readonly ResolvedDevice[]): string[] =>
  devices.slice(0, DEVICES_TOLD).map((device) => formatId('device', device.id));
