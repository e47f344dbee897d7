import { parseId, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { type DeviceStanding, hintOf, standingHint } from '../devices/device-hint.js';
import { ruleHint } from '../policy/rule-hint.js';
import { isRuleReason } from '../policy/verdict.js';
import { wasTaken } from '../work/delivery-state.js';
import type { DeliveryRow, NotificationHistory, OpenItem } from './notification-history.js';
import { DEVICES_OF_STORY } from './read.queries.js';

/** A device as it is now. */
export interface DeviceOfStory extends DeviceStanding {
  readonly id: Uuid;
  readonly status: string;
  readonly statusAt: Date;
  readonly registeredAt: Date;
  readonly signedOutAt: Date | null;
}

/** A story names a few devices; whoever has hundreds of the same kind is helped by the first. */
const MOST = 20;
const SIGNED_OUT =
  'A device was signed out before: the session that had registered it ended, and it gets nothing for the user until it is registered again.';
/** Sentences in one answer. */
const MOST_HINTS = 3;

/** Reads the devices that have something to do with why a notification did not arrive. */
export async function devicesOfStory(sql: Sql, appId: Uuid, history: NotificationHistory): Promise<DeviceOfStory[]> {
  const { deliveries, facts, open } = history;
  const { users, at } = notReached(history);
  const passedOver = facts.flatMap((fact) => (fact.payload['deviceIds'] ?? []) as string[]);
  const ids = [
    ...deliveries.filter((each) => !wasTaken(each)).map((each) => each.deviceId),
    ...open.filter((each) => each.heldUntil !== null).map((each) => each.deviceId),
    ...passedOver.map((id) => parseId('device', id)),
  ].filter((id) => id != null);
  if (ids.length + users.length === 0) return [];
  const about = [[...new Set(ids)].slice(0, MOST), appId, users, at, MOST];
  return (await sql.query<DeviceOfStory>(DEVICES_OF_STORY, about)).rows;
}

/** The users for whom routing found no device, and when it looked. */
function notReached({ accepted: { to }, facts }: NotificationHistory): { users: string[]; at?: Date } {
  const routing = facts.find(({ type }) => type === 'notification.undeliverable' || type === 'notification.routed');
  if (routing === undefined || !('userId' in to || 'userIds' in to)) return { users: [] };
  const { type, payload, at } = routing;
  if (type === 'notification.routed') return { users: payload['withoutDevice'] as string[], at };
  return { users: 'userId' in to ? [to.userId] : to.userIds, at };
}

/** What helps, in sentences behind the reason; empty when there is nothing to say. */
export function hintsOf(
  { accepted, deliveries, facts, open }: NotificationHistory,
  devices: readonly DeviceOfStory[],
): string {
  const deviceOf = new Map(devices.map((device) => [device.id, device]));
  const tried = new Set(deliveries.map((each) => each.deviceId));
  const hints = [
    ...facts
      .filter(({ type }) => type === 'delivery.refused')
      .map(({ payload }) => ruleHint(payload, accepted.category)),
    ...deliveries.map((each) => hintOfDelivery(each, deviceOf.get(each.deviceId))),
    ...open.map((each) => each.deviceId && hintOfHold(each, deviceOf.get(each.deviceId))),
    ...devices.filter((each) => each.status === 'suspect' && !tried.has(each.id)).map(standingHint),
    ...devices.flatMap(({ id, signedOutAt }) => (signedOutAt === null || tried.has(id) ? [] : [SIGNED_OUT])),
  ].filter((hint) => hint != null);
  return [...new Set(hints)]
    .slice(0, MOST_HINTS)
    .map((hint) => ` ${hint}`)
    .join('');
}

function hintOfDelivery({ state, reason, at }: DeliveryRow, device: DeviceOfStory | undefined): string | undefined {
  if (reason === 'device_signed_out') return 'The session that had registered the device ended after this was routed.';
  if (reason === 'device_warned_of')
    return 'The device was registered by the session that this warns of, after it was routed.';
  if (reason === 'device_changed_user')
    return 'The device was registered for another user after this was routed, and must not show it to them.';
  if (reason === 'payload_too_large')
    return 'In the language and time zone of this phone its template makes more bytes than the provider takes; POST /v1/templates/{name}/preview shows the sizes.';
  if (device === undefined || reason === null || isRuleReason(reason)) return undefined;
  if (device.registeredAt > at) return 'The device has been registered again since.';
  if (state === 'gone' || state === 'suspect') return hintOf(reason, device);
  return reason === 'device_suspect' || reason === 'device_deleted' ? standingHint(device) : undefined;
}

function hintOfHold({ holdReason }: OpenItem, device: DeviceOfStory | undefined): string | undefined {
  return device && holdReason !== null ? hintOf(holdReason, device) : undefined;
}
