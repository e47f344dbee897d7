import { newUuid, timeOfUuid, type NotificationRequest } from '@signalbox/contracts';
import { problems } from '@signalbox/http';
import { APNS_PAYLOAD_LIMIT, buildApnsPayload } from '../providers/apns/apns-payload.js';
import { FCM_PAYLOAD_LIMIT, FcmPayloadRefused, buildFcmPayload } from '../providers/fcm/fcm-payload.js';
import type { NotificationContent } from '../providers/push-provider.js';

/**
 * Refuses content that a provider would not take. Counted as each of them would see it: UTF-8 after JSON escaping, with
 * everything that we add.
 *
 * @throws Problem 422 with the figures, or the field that a provider keeps for itself.
 */
export function refuseOversized(request: NotificationRequest): void {
  const deliveryId = newUuid();
  const content = request.content as NotificationContent;
  refuseAbove(APNS_PAYLOAD_LIMIT, buildApnsPayload({ deliveryId, content }).bytes, 'an iPhone');
  refuseAbove(FCM_PAYLOAD_LIMIT, fcmBytes(deliveryId, content, request), 'an Android phone');
}

function fcmBytes(deliveryId: string, content: NotificationContent, { options }: NotificationRequest): number {
  const expiresAt = new Date(timeOfUuid(deliveryId) + options.ttlSeconds * 1_000);
  const collapse = options.collapseKey === undefined ? {} : { collapseKey: options.collapseKey };
  try {
    return buildFcmPayload({ deliveryId, content, options: { priority: options.priority, expiresAt, ...collapse } })
      .bytes;
  } catch (error) {
    if (!(error instanceof FcmPayloadRefused)) throw error;
    throw problems.invalid([{ pointer: `/content${error.pointer}`, reason: error.reason }]);
  }
}

function refuseAbove(limit: number, bytes: number, phone: string): void {
  if (bytes <= limit) return;
  const reason = `is ${bytes} bytes as ${phone} would get it; at most ${limit} are delivered`;
  throw problems.invalid([{ pointer: '/content', reason }]);
}
