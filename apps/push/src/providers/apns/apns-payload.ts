import { createHash } from 'node:crypto';
import type { PushMessage } from '../push-provider.js';

/** Apple's limit for an ordinary notification, in bytes of UTF-8. */
export const APNS_PAYLOAD_LIMIT = 4096;

/** Top-level keys of the payload that are Apple's or ours, so the caller's `data` may not use them. */
export const APNS_RESERVED_KEYS: readonly string[] = ['aps', 'sbx_delivery_id', 'sbx_image_url'];

/** The content cannot become an APNs payload. `pointer` is a JSON pointer into the content. */
export class ApnsPayloadRefused extends Error {
  override readonly name = 'ApnsPayloadRefused';

  constructor(
    readonly pointer: string,
    readonly reason: string,
  ) {
    super(`${pointer}: ${reason}`);
  }
}

/**
 * The JSON that is sent to Apple and its size in bytes. Every delivery id has the same length, so a check before the
 * message is accepted may use any.
 *
 * `sbx_delivery_id` lets the app report receipts and drop a duplicate; `sbx_image_url` is for the app's notification
 * service extension, which iOS only wakes up for a payload with `mutable-content`.
 *
 * `quiet` takes the sound away and asks iOS to put it into the list without lighting the screen, unless those words are what makes
 * it too large. A `silent` message shows nothing and wakes the app, which must not be mixed:
 * https://developer.apple.com/documentation/usernotifications/pushing-background-updates-to-your-app
 *
 * @throws ApnsPayloadRefused when `data` uses a reserved key.
 */
export function buildApnsPayload({
  deliveryId,
  content,
  options,
}: Pick<PushMessage, 'deliveryId' | 'content'> & {
  readonly options?: Pick<PushMessage['options'], 'quiet' | 'silent'>;
}): {
  json: string;
  bytes: number;
} {
  if (options?.silent === true) return payloadOf(deliveryId, onlyData(content), { 'content-available': 1 });
  if (options?.quiet !== true) return payloadOf(deliveryId, content, {});
  const { sound: _sound, ...silenced } = content;
  const passive = payloadOf(deliveryId, silenced, { 'interruption-level': 'passive' });
  return passive.bytes <= APNS_PAYLOAD_LIMIT ? passive : payloadOf(deliveryId, silenced, {});
}

/**
 * What is said beside the payload. A background push of another priority than 5 is an error, and what is 10 wakes the screen.
 * https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
 */
export function apnsHeaders({ priority, silent }: Pick<PushMessage['options'], 'priority' | 'silent'>): {
  'apns-push-type': 'alert' | 'background';
  'apns-priority': '5' | '10';
} {
  const isUrgent = priority === 'transactional' && silent !== true;
  return { 'apns-push-type': silent === true ? 'background' : 'alert', 'apns-priority': isUrgent ? '10' : '5' };
}

function onlyData({ data }: PushMessage['content']): PushMessage['content'] {
  return data === undefined ? {} : { data };
}

function payloadOf(
  deliveryId: string,
  { title, body, badge, sound, imageUrl, data }: PushMessage['content'],
  aps: Readonly<Record<string, string | number>>,
): { json: string; bytes: number } {
  const reserved = APNS_RESERVED_KEYS.find((key) => data !== undefined && Object.hasOwn(data, key));
  if (reserved) throw new ApnsPayloadRefused(`/data/${reserved}`, `the key "${reserved}" is reserved, choose another`);
  const hasAlert = title !== undefined || body !== undefined;
  const json = JSON.stringify({
    aps: {
      alert: hasAlert ? { title, body } : undefined,
      badge,
      sound,
      ...aps,
      'mutable-content': imageUrl === undefined ? undefined : 1,
    },
    ...data,
    sbx_image_url: imageUrl,
    sbx_delivery_id: deliveryId,
  });
  return { json, bytes: Buffer.byteLength(json) };
}

/**
 * `apns-collapse-id` for a caller's collapse key. Apple allows 64 bytes, and an HTTP/2 header carries one byte per
 * letter: whatever does not fit (longer, or not plain ASCII) is replaced by its hash, which collapses just the same.
 */
export function collapseIdFor(key: string): string {
  if (/^[\x21-\x7e]{1,64}$/.test(key)) return key;
  return createHash('sha256').update(key).digest('base64url');
}
