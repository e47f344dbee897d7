import { formatId, newUuid, type Lane, type Uuid } from '@signalbox/contracts';
import type { Provider } from '@signalbox/credentials';
import type { Fact } from '@signalbox/event-log';
import { MAX_ITEMS, type NewWork } from '@signalbox/queues';
import { deliveryIdOf } from '../work/delivery-id.js';
import type { StoredNotification } from '../work/notifications-by-id.js';
import type { SendItem } from '../work/push-work.js';
import { providerQueueOf } from '../work/queue-of-lane.js';
import type { Proofs } from './proofs.js';
import { type CurrentCredentials, providerOf } from './provider-of.js';
import type { Recipients, ResolvedDevice } from './resolve-recipients.js';
import { routingFacts } from './routing-facts.js';

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
  proofs: Proofs,
): RoutePlan {
  const planned: Planned[] = [];
  const refusals: Refusal[] = [];
  const facts: Fact[] = [];
  for (const notification of notifications) {
    const { asked, devices, leftOut } = recipients.get(notification.id) ?? { asked: [], devices: [], leftOut: [] };
    const proved = proofs.get(notification.id);
    // What is addressed to a user passes over suspect devices; an installation that was named gets a reason.
    const isPassedOver = (device: ResolvedDevice): boolean =>
      device.status === 'suspect' && !('installationId' in notification.payload.to) && !proved?.has(device.id);
    const chosen = devices.filter((device) => !isPassedOver(device));
    for (const device of chosen) {
      const deliveryId = deliveryIdOf(notification.id, device.id);
      const provider = providerOf(device);
      const credential = credentials[provider].get(notification.appId);
      const isProof = proved?.has(device.id) === true;
      if ((device.status === 'active' || isProof) && credential) {
        const { appId, payload } = notification;
        const item = {
          d: deliveryId,
          n: notification.id,
          v: device.id,
          a: 1,
          ...(isProof ? { p: true as const } : {}),
        };
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
    facts.push(...routingFacts(notification, asked, chosen, { passedOver: devices.filter(isPassedOver), leftOut }));
  }
  return { children: childWorks(rootId, planned), refusals, facts: [...facts, ...refusals.map(refusalFact)] };
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
