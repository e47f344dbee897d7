import type { NotificationContent, PushMessage } from '../push-provider.js';

/** Google's limit for a message to a device, in bytes. */
export const FCM_PAYLOAD_LIMIT = 4096;

/** Four weeks, the longest that Google keeps a message. */
const MAX_TTL_SECONDS = 2_419_200;

/** Keys of `data` that are Google's or ours. https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages#Message */
const RESERVED_KEY = /^(from|message_type|collapse_key|sbx_delivery_id|(google|gcm)(\..*)?)$/;

/** Without it iOS hands a message that shows nothing only to an app that is in front. */
const WAKE_IPHONE = {
  headers: { 'apns-push-type': 'background', 'apns-priority': '5' },
  payload: { aps: { 'content-available': 1 } },
} as const;

/** A message as FCM HTTP v1 takes it, without its target. */
export interface FcmPayload {
  readonly notification?: { readonly title?: string; readonly body?: string; readonly image?: string };
  readonly data: Readonly<Record<string, string>>;
  /** For an iPhone that is reached by way of Google. */
  readonly apns?: typeof WAKE_IPHONE;
  readonly android: {
    readonly priority: 'high' | 'normal';
    /** Seconds, with the letter s. */
    readonly ttl: `${number}s`;
    readonly collapse_key?: string;
    readonly notification?: {
      readonly tag: string;
      readonly sound?: string;
      readonly notification_count?: number;
    };
  };
}

/** The content cannot become an FCM message. `pointer` is a JSON pointer into the content. */
export class FcmPayloadRefused extends Error {
  override readonly name = 'FcmPayloadRefused';

  constructor(
    readonly pointer: string,
    readonly reason: string,
  ) {
    super(`${pointer}: ${reason}`);
  }
}

/**
 * What is sent to Google, and its size in bytes. Google does not publish how it counts, so all but the target counts
 * here. Every delivery id has the same length and a lifetime only gets shorter, so a check before the message is
 * accepted may use any id.
 *
 * `sbx_delivery_id` lets the app report receipts and drop a duplicate. The tag makes the repetition of an unanswered
 * attempt replace the first on the screen; a collapse key would do so too, but throttles the device, so there is one
 * only if the caller gave it.
 *
 * `quiet` takes the sound away, and the high priority that would light the screen, unless that word is what makes it too large.
 *
 * @throws FcmPayloadRefused when `data` uses a reserved key.
 */
export function buildFcmPayload(
  message: Pick<PushMessage, 'deliveryId' | 'content' | 'options'>,
  now: number = Date.now(),
): { payload: FcmPayload; bytes: number } {
  const wanted = message.options.priority === 'transactional' ? 'high' : 'normal';
  const built = buildWith(message, message.options.quiet ? 'normal' : wanted, now);
  return built.bytes <= FCM_PAYLOAD_LIMIT ? built : buildWith(message, wanted, now);
}

function buildWith(
  { deliveryId, content, options }: Pick<PushMessage, 'deliveryId' | 'content' | 'options'>,
  priority: 'high' | 'normal',
  now: number,
): { payload: FcmPayload; bytes: number } {
  const { data } = content;
  const reserved = Object.keys(data ?? {}).find((key) => RESERVED_KEY.test(key));
  if (reserved) throw new FcmPayloadRefused(`/data/${reserved}`, `the key "${reserved}" is reserved, choose another`);
  const seconds = Math.floor((options.expiresAt.getTime() - now) / 1000);
  const isVisible = options.silent !== true && isShown(content);
  const payload: FcmPayload = {
    ...(isVisible && { notification: shown(content) }),
    data: { ...data, sbx_delivery_id: deliveryId },
    android: {
      priority,
      ttl: `${Math.min(MAX_TTL_SECONDS, Math.max(0, seconds))}s`,
      ...(options.collapseKey !== undefined && { collapse_key: options.collapseKey }),
      ...(isVisible && { notification: { tag: deliveryId, ...shownByAndroid(content, options) } }),
    },
    ...(options.silent === true && { apns: WAKE_IPHONE }),
  };
  return { payload, bytes: Buffer.byteLength(JSON.stringify(payload)) };
}

/** A message without these is for the app alone, and must have no notification part at all. */
function isShown({ title, body, imageUrl }: NotificationContent): boolean {
  return title !== undefined || body !== undefined || imageUrl !== undefined;
}

function shown({ title, body, imageUrl }: NotificationContent): NonNullable<FcmPayload['notification']> {
  return {
    ...(title !== undefined && { title }),
    ...(body !== undefined && { body }),
    ...(imageUrl !== undefined && { image: imageUrl }),
  };
}

/** A count of nought asks Android to add one, the opposite of what an empty badge means. */
function shownByAndroid(
  { sound, badge }: NotificationContent,
  { quiet }: Pick<PushMessage['options'], 'quiet'>,
): { sound?: string; notification_count?: number } {
  return {
    ...(sound !== undefined && !quiet && { sound }),
    ...(badge !== undefined && badge > 0 && { notification_count: badge }),
  };
}
