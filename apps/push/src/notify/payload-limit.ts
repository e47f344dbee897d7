import { newUuid } from '@signalbox/contracts';
import { problems } from '@signalbox/http';
import { APNS_PAYLOAD_LIMIT, buildApnsPayload } from '../providers/apns/apns-payload.js';
import type { NotificationContent } from '../providers/push-provider.js';
import type { NotificationRequest } from './notification-request.js';

/**
 * Refuses content that no provider would take. Counted as the provider would see it: UTF-8 after JSON escaping, with
 * everything that we add. FCM's limit is the same 4096 bytes and its envelope is smaller.
 *
 * @throws Problem 422 with the figures.
 */
export function refuseOversized(request: NotificationRequest): void {
  const { bytes } = buildApnsPayload({ deliveryId: newUuid(), content: request.content as NotificationContent });
  if (bytes <= APNS_PAYLOAD_LIMIT) return;
  throw problems.invalid([
    {
      pointer: '/content',
      reason: `is ${bytes} bytes as the phone would get it; at most ${APNS_PAYLOAD_LIMIT} are delivered`,
    },
  ]);
}
