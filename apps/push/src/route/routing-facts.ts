import { formatId } from '@signalbox/contracts';
import type { Fact } from '@signalbox/event-log';
import type { Addressed, ResolvedDevice } from './addressed.js';
import type { Delay } from './delays.js';

/** Enough to look into; a fact is no place for a list of any length. */
const DEVICES_TOLD = 20;

/** What became of those whom one notification is addressed to. */
interface Found {
  readonly chosen: readonly ResolvedDevice[];
  /** Those of the chosen that get it later. */
  readonly delayed: readonly ResolvedDevice[];
  readonly passedOver: readonly ResolvedDevice[];
  /** Users without a phone, who are asked about again: nothing is told of them yet. */
  readonly waiting: readonly Delay[];
}

/**
 * What routing one notification tells besides its deliveries and delays. One delivery is the usual case and says all by itself;
 * anything else is a fact of its own, and suspect devices that were passed over are told apart from none at all. Nothing is told
 * of those whom nobody asked for by name.
 */
export function routingFacts(
  { notification, item, asked, leftOut = [] }: Addressed,
  { chosen, delayed, passedOver, waiting }: Found,
): Fact[] {
  if (asked.length === 0) return [];
  const [device, ...others] = chosen;
  // Nearly all of them.
  if (asked.length === 1 && others.length === 0 && waiting.length === 0 && device?.of === asked[0]) return [];
  const about = { appId: notification.appId, subject: formatId('notification', notification.id) };
  const isWhole = item.u === undefined;
  if (chosen.length === 0 && waiting.length === 0 && isWhole)
    return [{ ...about, type: 'notification.undeliverable', data: whyNone(passedOver, leftOut) }];
  const reached = new Set([...chosen.map((device) => device.of), ...waiting.map(({ userId }) => userId)]);
  const withoutDevice = asked.filter((each) => !reached.has(each));
  const deliveries = chosen.length - delayed.length;
  if (withoutDevice.length === 0 && (deliveries === 1 || deliveries === 0)) return [];
  const suspect = new Set(passedOver.map((device) => device.of));
  const onlySuspect = withoutDevice.filter((each) => suspect.has(each));
  const data = { deliveries, withoutDevice, ...(onlySuspect.length === 0 ? {} : { onlySuspect }) };
  return [{ ...about, type: 'notification.routed', data }];
}

function whyNone(passedOver: readonly ResolvedDevice[], leftOut: readonly ResolvedDevice[]) {
  if (passedOver.length > 0) return { reason: 'only_suspect_devices', deviceIds: told(passedOver) };
  if (leftOut.length > 0) return { reason: 'only_devices_warned_of', deviceIds: told(leftOut) };
  return { reason: 'no_active_device' };
}

const told = (devices: readonly ResolvedDevice[]): string[] =>
  devices.slice(0, DEVICES_TOLD).map((device) => formatId('device', device.id));
