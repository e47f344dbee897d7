import { formatId, newUuid, type Lane, type Uuid } from '@signalbox/contracts';
import type { Provider } from '@signalbox/credentials';
import type { Fact } from '@signalbox/event-log';
import { MAX_ITEMS, type NewWork } from '@signalbox/queues';
import { deliveryIdOf } from '../work/delivery-id.js';
import type { StoredNotification } from '../work/notifications-by-id.js';
import type { SendItem } from '../work/push-work.js';
import { providerQueueOf } from '../work/queue-of-lane.js';
import type { Recipients, ResolvedDevice } from './resolve-recipients.js';

/** A device that will not be tried, and why. Final. */
export interface Refusal {
  readonly deliveryId: Uuid;
  readonly notification: StoredNotification;
  readonly deviceId: Uuid;
  readonly provider: string;
  readonly reason: string;
}

/** Everything that routing one work row writes. */
export interface RoutePlan {
  readonly children: readonly NewWork[];
  readonly refusals: readonly Refusal[];
  readonly facts: readonly Fact[];
}

/** The credential that each app has now, by provider. */
export type CurrentCredentials = Readonly<Record<Provider, ReadonlyMap<Uuid, { readonly id: Uuid }>>>;

interface Planned {
  readonly provider: Provider;
  readonly lane: Lane;
  readonly appId: Uuid;
  readonly credentialId: Uuid;
  readonly item: SendItem;
}

/**
 * Decides, without touching anything, what becomes of each recipient: an item of child work, grouped by credential and
 * lane, or a refusal with its reason.
 */
export function planRoute(
  rootId: Uuid,
  notifications: readonly StoredNotification[],
  recipients: ReadonlyMap<Uuid, Recipients>,
  credentials: CurrentCredentials,
): RoutePlan {
  const planned: Planned[] = [];
  const refusals: Refusal[] = [];
  const facts: Fact[] = [];
  for (const notification of notifications) {
    const { devices, withoutDevice } = recipients.get(notification.id) ?? { devices: [], withoutDevice: [] };
    for (const device of devices) {
      const deliveryId = deliveryIdOf(notification.id, device.id);
      const provider = providerOf(device);
      const credential = credentials[provider].get(notification.appId);
      if (device.status === 'active' && credential) {
        const { appId, payload } = notification;
        const item = { d: deliveryId, n: notification.id, v: device.id, a: 1 };
        planned.push({ provider, lane: payload.lane, appId, credentialId: credential.id, item });
      } else {
        refusals.push({
          deliveryId,
          notification,
          deviceId: device.id,
          provider,
          reason: device.status === 'active' ? 'no_credential' : `device_${device.status}`,
        });
      }
    }
    facts.push(...routingFacts(notification, devices.length, withoutDevice));
  }
  return { children: childWorks(rootId, planned), refusals, facts: [...facts, ...refusals.map(refusalFact)] };
}

function providerOf(device: ResolvedDevice): Provider {
  return device.targetKind === 'apns' ? 'apns' : 'fcm';
}

/** One delivery is the usual case and says all by itself; anything else is a fact of its own. */
function routingFacts(notification: StoredNotification, deliveries: number, withoutDevice: readonly string[]): Fact[] {
  const about = { appId: notification.appId, subject: formatId('notification', notification.id) };
  if (deliveries === 0) return [{ ...about, type: 'notification.undeliverable', data: { reason: 'no_active_device' } }];
  if (deliveries === 1 && withoutDevice.length === 0) return [];
  return [{ ...about, type: 'notification.routed', data: { deliveries, withoutDevice } }];
}

function refusalFact(refusal: Refusal): Fact {
  return {
    appId: refusal.notification.appId,
    type: 'delivery.refused',
    subject: formatId('notification', refusal.notification.id),
    data: {
      deliveryId: formatId('delivery', refusal.deliveryId),
      deviceId: formatId('device', refusal.deviceId),
      provider: refusal.provider,
      attempt: 0,
      reason: refusal.reason,
    },
  };
}

function childWorks(rootId: Uuid, planned: readonly Planned[]): NewWork[] {
  const groups = Map.groupBy(planned, (each) => `${each.credentialId}/${each.lane}`);
  return [...groups.values()].flatMap((group) => {
    const { provider, lane, appId, credentialId } = group[0]!;
    const items = group.map((each) => each.item);
    return slices(items, MAX_ITEMS).map((slice) => ({
      id: newUuid(),
      rootId,
      queue: providerQueueOf(provider, lane),
      lane,
      appId,
      credentialId,
      items: slice,
    }));
  });
}

function slices<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
