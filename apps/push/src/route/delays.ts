import { formatId, newUuid, type Uuid } from '@signalbox/contracts';
import type { Fact } from '@signalbox/event-log';
import type { NewWork } from '@signalbox/queues';
import type { Delayed } from '../policy/verdict.js';
import { isBroadcast } from '../work/is-broadcast.js';
import type { StoredNotification } from '../work/notifications-by-id.js';
import type { RouteItem } from '../work/push-work.js';
import { routeQueueOf } from '../work/queue-of-lane.js';
import type { Addressed, ResolvedDevice } from './addressed.js';
import { inRows } from './in-rows.js';

/** Who gets a notification later, if the policy then lets them. */
export interface Delay {
  readonly notification: StoredNotification;
  /** null: it is for a phone that is nobody's. */
  readonly userId: string | null;
  /** Undefined: the user has no phone that it could be for, and may have one then. */
  readonly deviceId: Uuid | undefined;
  readonly verdict: Delayed;
  /** What is routed then; the same for all phones of a user who was asked for by name. */
  readonly item: RouteItem;
}

/** Whoever is asked for by name is looked up again then; of a broadcast, or of what was tried before, it is this very phone. */
export function delayItem({ notification, item, asked }: Addressed, device: ResolvedDevice): RouteItem {
  const edit = item.c === undefined ? {} : { c: item.c };
  if (asked.length === 0) {
    const user = device.userId === null ? {} : { u: item.u ?? device.userId };
    return { ...item, ...user, v: device.id };
  }
  if ('installationId' in notification.payload.to) return { n: notification.id, ...edit };
  return { n: notification.id, u: device.of, ...edit };
}

/** Work rows for what comes due together. `now`: milliseconds since 1970. */
export function delayWorks(rootId: Uuid, delays: readonly Delay[], now: number): NewWork[] {
  const groups = Map.groupBy(delays, ({ verdict, notification }) => `${verdict.until}/${notification.payload.lane}`);
  return [...groups.values()].flatMap((group) => {
    const { verdict, notification } = group[0]!;
    const { lane } = notification.payload;
    const work = { rootId, queue: routeQueueOf(lane), lane, delay: Math.max(0, verdict.until - now) };
    const items = [...new Map(group.map(({ item }) => [keyOf(item), item])).values()];
    return inRows(items).map((portion) => ({ id: newUuid(), ...work, items: portion }));
  });
}

function keyOf({ n, u, v }: RouteItem): string {
  return `${n}/${v ?? ''}/${u ?? ''}`;
}

/** One fact for each user who was asked for by name; of a broadcast one for each time and rule. */
export function delayFacts(delays: readonly Delay[]): Fact[] {
  const groups = Map.groupBy(delays, ({ notification, verdict, userId, deviceId }) => {
    const who = isBroadcast(notification.payload.to) ? '' : (userId ?? deviceId);
    return `${notification.id}/${verdict.until}/${verdict.rule}/${who}`;
  });
  return [...groups.values()].map((group): Fact => {
    const { notification, verdict, userId } = group[0]!;
    const { until, reason, rule, policyVersion } = verdict;
    const user = userId === null ? {} : { userId };
    return {
      appId: notification.appId,
      type: 'notification.delayed',
      subject: formatId('notification', notification.id),
      data: {
        ...(isBroadcast(notification.payload.to) ? { devices: group.length } : user),
        until: new Date(until).toISOString(),
        reason,
        rule,
        policyVersion,
      },
    };
  });
}
