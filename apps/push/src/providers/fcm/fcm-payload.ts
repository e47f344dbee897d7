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

/** A message shown on an iPhone without lighting its screen. Google makes the rest of `aps` of the notification. */
const QUIET_IPHONE = {
  headers: { 'apns-priority': '5' },
  payload: { aps: { 'interruption-level': 'passive' } },
} as const;

/** A message as FCM HTTP v1 takes it, without its target. */
export interface FcmPayload {
  readonly notification?: { readonly title?: string; readonly body?: string; readonly image?: string };
  readonly data: Readonly<Record<string, string>>;
  /** For an iPhone that is reached by way of Google. */
  readonly apns?: typeof WAKE_IPHONE | typeof QUIET_IPHONE;
  readonly android: {
    readonly priority: 'high' | 'normal';
    /** Seconds, with the letter s. */
    readonly ttl: `${number}s`;
    readonly collapse_key?: string;
    readonly notification?: {
      readonly tag: string;
      readonly sound?: string;
      readonly channel_id?: string;
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
 * `quiet` takes the sound away, and the high priority that would light the screen, asks the same of an iPhone, and names the
 * channel that has no sound, since on Android 8 and later nothing else takes it away. Whatever of it would make the message too
 * large is left out.
 *
 * @throws FcmPayloadRefused when `data` uses a reserved key.
 */
export function buildFcmPayload(
  message: Pick<PushMessage, 'deliveryId' | 'content' | 'options'>,
  now: number = Date.now(),
): { payload: FcmPayload; bytes: number } {
  const wanted = message.options.priority === 'transactional' ? 'high' : 'normal';
  const loud = { priority: wanted } as const;
  if (message.options.quiet !== true) return buildWith(message, loud, now);
  const channelId = message.options.quietChannelId;
  const ways: Manner[] = [
    { priority: 'normal', channelId, apns: QUIET_IPHONE },
    { priority: 'normal', channelId },
  ];
  for (const way of ways) {
    const built = buildWith(message, way, now);
    if (built.bytes <= FCM_PAYLOAD_LIMIT) return built;
  }
  return buildWith(message, loud, now);
}

interface Manner {
  readonly priority: 'high' | 'normal';
  readonly channelId?: string | undefined;
  readonly apns?: typeof QUIET_IPHONE;
}

function buildWith(
  { deliveryId, content, options }: Pick<PushMessage, 'deliveryId' | 'content' | 'options'>,
  { priority, channelId, apns }: Manner,
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
      ...(isVisible && {
        notification: { tag: deliveryId, ...shownByAndroid(content, options), ...channelOf(channelId) },
      }),
    },
    ...(isVisible && apns !== undefined && { apns }),
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

function channelOf(id: string | undefined): { channel_id?: string } {
  return id === undefined ? {} : { channel_id: id };
}
