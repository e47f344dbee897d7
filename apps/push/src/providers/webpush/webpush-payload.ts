import { createHash } from 'node:crypto';
import type { NotificationContent, PushMessage } from '../push-provider.js';

/**
 * Bytes of what a service worker gets. A push service takes 4,096 of a body (RFC 8030, section 7.2); encrypting adds a
 * header of 86, a delimiter, and a tag of 16 (RFC 8188, section 2.1; RFC 8291, section 4).
 */
export const WEBPUSH_PAYLOAD_LIMIT = 3_993;

/** Characters of a topic (RFC 8030, section 5.4). */
const LONGEST_TOPIC = 32;

/** What a service worker finds in `event.data.json()`. */
export interface WebPushPayload {
  readonly notification?: {
    readonly title?: string;
    readonly body?: string;
    readonly image?: string;
    readonly badge?: number;
    readonly sound?: string;
    /** Without sound and vibration: it comes in the user's quiet hours. */
    readonly silent?: true;
  };
  /** The caller's collapse key: a later notification with the same one replaces this one. */
  readonly tag?: string;
  readonly data: Readonly<Record<string, string>>;
}

/**
 * What is encrypted for a browser, and its size in bytes. Every delivery id has the same length, so a check before the message is
 * accepted may use any id. By `sbx_delivery_id` the service worker reports receipts and drops a duplicate. `quiet` takes the sound
 * away and says so, unless that word is what makes it too large.
 */
export function buildWebPushPayload(message: Buildable): { json: string; bytes: number } {
  if (message.options.quiet !== true) return payloadOf(message, {});
  const { sound: _sound, ...content } = message.content;
  const built = payloadOf({ ...message, content }, { silent: true });
  return built.bytes <= WEBPUSH_PAYLOAD_LIMIT ? built : payloadOf({ ...message, content }, {});
}

type Buildable = Pick<PushMessage, 'deliveryId' | 'content'> & {
  readonly options: Pick<PushMessage['options'], 'collapseKey' | 'quiet'>;
};

function payloadOf(
  { deliveryId, content, options }: Buildable,
  manner: { readonly silent?: true },
): { json: string; bytes: number } {
  const payload: WebPushPayload = {
    ...(isShown(content) && { notification: { ...shown(content), ...manner } }),
    ...(options.collapseKey !== undefined && { tag: options.collapseKey }),
    data: { ...content.data, sbx_delivery_id: deliveryId },
  };
  const json = JSON.stringify(payload);
  return { json, bytes: Buffer.byteLength(json) };
}

/** How a push service is to treat a message, but for its lifetime. */
export function webPushHeaders({ content, options }: Pick<PushMessage, 'content' | 'options'>): {
  urgency: 'low' | 'normal' | 'high';
  topic?: string;
} {
  const { collapseKey } = options;
  return { urgency: urgencyOf(content, options), ...(collapseKey !== undefined && { topic: topicOf(collapseKey) }) };
}

/** What a device that is short of power still wakes up for (RFC 8030, section 5.3). */
function urgencyOf(content: PushMessage['content'], { priority, quiet }: PushMessage['options']) {
  if (!isShown(content)) return 'low';
  return priority === 'transactional' && !quiet ? 'high' : 'normal';
}

/** By which the push service replaces what it has not delivered yet; what does not fit becomes a hash of it. */
function topicOf(collapseKey: string): string {
  if (/^[A-Za-z0-9_-]{1,32}$/.test(collapseKey)) return collapseKey;
  return createHash('sha256').update(collapseKey).digest('base64url').slice(0, LONGEST_TOPIC);
}

/** A message without these is for the page's own code alone. */
function isShown({ title, body, imageUrl }: NotificationContent): boolean {
  return title !== undefined || body !== undefined || imageUrl !== undefined;
}

function shown({
  title,
  body,
  imageUrl,
  badge,
  sound,
}: NotificationContent): NonNullable<WebPushPayload['notification']> {
  return {
    ...(title !== undefined && { title }),
    ...(body !== undefined && { body }),
    ...(imageUrl !== undefined && { image: imageUrl }),
    ...(badge !== undefined && { badge }),
    ...(sound !== undefined && { sound }),
  };
}
