import {
  type DeliveryView,
  formatId,
  type NotificationStatus,
  type NotificationView,
  timeOfUuid,
} from '@signalbox/contracts';
import { isRuleReason } from '../policy/verdict.js';
import { totalOf } from '../receipts/receipt-counts.js';
import { wasTaken } from '../work/delivery-state.js';
import type { DeliveryRow, NotificationHistory, OpenItem } from './notification-history.js';

export function viewNotification(history: NotificationHistory): NotificationView {
  const { id, accepted } = history;
  const states = viewDeliveries(history).map((delivery) => delivery.state);
  return {
    id: formatId('notification', id),
    status: statusOf(history),
    createdAt: new Date(timeOfUuid(id)).toISOString(),
    expiresAt: accepted.expiresAt,
    ...(accepted.sendAt === undefined ? {} : { sendAt: accepted.sendAt }),
    priority: accepted.lane,
    ...(accepted.category === undefined ? {} : { category: accepted.category }),
    to: accepted.to,
    deliveries: Object.fromEntries(
      [...Map.groupBy(states, (state) => state)].map(([state, all]) => [state, all.length]),
    ),
    receipts: totalOf(history.receipts),
  };
}

export function statusOf({ accepted, open, deliveries, facts }: NotificationHistory): NotificationStatus {
  const isCancelled = facts.some((fact) => fact.type === 'notification.cancelled');
  if (isCancelled && deliveries.length === 0) return 'cancelled';
  if (open.length > 0) {
    const isOnItsWay = deliveries.length > 0 || open.some((item) => item.deliveryId !== null);
    if (isOnItsWay) return 'sending';
    if (open.some((item) => !item.isLater)) return 'accepted';
    return accepted.sendAt === undefined || waitsForQuietHours(facts) ? 'delayed' : 'scheduled';
  }
  if (deliveries.some(wasTaken)) return 'sent';
  if (deliveries.length === 0) return 'undeliverable';
  return deliveries.every(({ state, reason }) => state === 'refused' && isRuleReason(reason)) ? 'refused' : 'failed';
}

function waitsForQuietHours(facts: NotificationHistory['facts']): boolean {
  return facts.some(({ type, payload }) => type === 'notification.delayed' && payload['reason'] === 'quiet_hours');
}

/** Deliveries with an outcome, and those that are still owed a first attempt (`pending`). */
export function viewDeliveries({ deliveries, open }: NotificationHistory): DeliveryView[] {
  const nextOf = new Map(open.flatMap((item) => (item.deliveryId === null ? [] : [[item.deliveryId, item] as const])));
  const known = new Set(deliveries.map((delivery) => delivery.id));
  const pending = [...nextOf.values()].filter((item) => !known.has(item.deliveryId!));
  return [
    ...deliveries.map((delivery) => viewDelivery(delivery, nextOf.get(delivery.id))),
    ...pending.map(viewPending),
  ];
}

/** One delivery; `next`: the attempt that is still owed, where that is known. */
export function viewDelivery(delivery: DeliveryRow, next?: OpenItem): DeliveryView {
  return {
    id: formatId('delivery', delivery.id),
    deviceId: formatId('device', delivery.deviceId),
    provider: delivery.provider,
    state: delivery.state,
    attempt: delivery.attempt,
    ...(delivery.reason === null ? {} : { reason: delivery.reason }),
    ...(delivery.raw === null ? {} : { answer: delivery.raw }),
    at: delivery.at.toISOString(),
    ...(delivery.replayOf === null ? {} : { replayOf: formatId('delivery', delivery.replayOf) }),
    ...(next === undefined || delivery.state !== 'retrying' ? {} : { nextAttemptAt: next.dueAt.toISOString() }),
    ...receiptsOf(delivery),
  };
}

function receiptsOf({ receivedAt, openedAt, dismissedAt }: DeliveryRow): Partial<DeliveryView> {
  return {
    ...(receivedAt && { receivedAt: receivedAt.toISOString() }),
    ...(openedAt && { openedAt: openedAt.toISOString() }),
    ...(dismissedAt && { dismissedAt: dismissedAt.toISOString() }),
  };
}

function viewPending(item: OpenItem): DeliveryView {
  return {
    id: formatId('delivery', item.deliveryId!),
    deviceId: formatId('device', item.deviceId!),
    provider: item.queue.split('.')[1] ?? item.queue,
    state: 'pending',
    attempt: (item.attempt ?? 1) - 1,
  };
}
