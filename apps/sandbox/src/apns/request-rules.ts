import type { Reason } from './reasons.js';

/** A request as it came in; header names in lower case. */
export interface ApnsRequest {
  readonly method: string;
  readonly path: string;
  /** Apart from the headers, because it is a secret and is not remembered. */
  readonly authorization: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** The name of an APNs header that came more than once. */
  readonly duplicateHeader: string | undefined;
  readonly payload: string;
  /** All bytes that arrived; `payload` is empty when they were too many to keep. */
  readonly payloadBytes: number;
  /** Which connection, counted from 1. */
  readonly connection: number;
}

/**
 * Push types of
 * https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
 */
const PUSH_TYPES = new Set([
  'alert',
  'background',
  'complication',
  'controls',
  'fileprovider',
  'liveactivity',
  'location',
  'mdm',
  'pushtotalk',
  'voip',
  'widgets',
]);
const PRIORITIES = new Set(['1', '5', '10']);
const MAX_PAYLOAD = 4096;
const MAX_VOIP_PAYLOAD = 5120;
/** The largest payload any push type may have; more need not be kept. */
export const LARGEST_PAYLOAD = MAX_VOIP_PAYLOAD;
const MAX_COLLAPSE_ID = 64;
/** Apple promises no length; 32 bytes is what devices have, simulators of an Apple-silicon Mac have 80. */
const DEVICE_TOKEN = /^(?:[0-9a-f]{2}){32,100}$/i;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const BUNDLE_ID = /^[A-Za-z0-9.-]{1,255}$/;
const UNIX_SECONDS = /^\d{1,10}$/;
const PATH = /^\/3\/device\/([^/?#]*)$/;

/** The device token in the path, empty when it was left out, `undefined` when the path is another one. */
export function deviceTokenOf(path: string): string | undefined {
  return PATH.exec(path)?.[1];
}

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** What is wrong with the address of a request: looked at before anything else. */
export function brokenAddress(request: ApnsRequest): Reason | undefined {
  if (deviceTokenOf(request.path) === undefined) return 'BadPath';
  return request.method === 'POST' ? undefined : 'MethodNotAllowed';
}

/**
 * The first APNs rule a request of a known sender breaks. `topics`: the bundle ids the sender may use, empty for any.
 * Apple does not document the order of its checks; this one names what the sender got wrong before what the device is.
 */
export function brokenRule(request: ApnsRequest, topics: ReadonlySet<string>): Reason | undefined {
  const { headers } = request;
  if (request.duplicateHeader !== undefined) return 'DuplicateHeaders';
  const id = headers['apns-id'];
  if (id !== undefined && !UUID.test(id)) return 'BadMessageId';
  return (
    brokenTopic(headers['apns-topic'], topics) ??
    brokenOption(headers) ??
    brokenToken(request.path) ??
    brokenPayload(request)
  );
}

function brokenTopic(topic: string | undefined, topics: ReadonlySet<string>): Reason | undefined {
  if (!topic) return 'MissingTopic';
  if (!BUNDLE_ID.test(topic)) return 'BadTopic';
  return topics.size > 0 && !topics.has(topic) ? 'TopicDisallowed' : undefined;
}

function brokenOption(headers: ApnsRequest['headers']): Reason | undefined {
  const pushType = headers['apns-push-type'];
  if (pushType !== undefined && !PUSH_TYPES.has(pushType)) return 'InvalidPushType';
  // Apple: a background notification sent with 10, which is also the default, is an error.
  const priority = headers['apns-priority'] ?? '10';
  if (!PRIORITIES.has(priority) || (pushType === 'background' && priority !== '5')) return 'BadPriority';
  const expiration = headers['apns-expiration'];
  if (expiration !== undefined && !UNIX_SECONDS.test(expiration)) return 'BadExpirationDate';
  // A header arrives as one character per byte, so its length is the number of bytes.
  return (headers['apns-collapse-id']?.length ?? 0) > MAX_COLLAPSE_ID ? 'BadCollapseId' : undefined;
}

function brokenToken(path: string): Reason | undefined {
  const token = deviceTokenOf(path);
  if (!token) return 'MissingDeviceToken';
  return DEVICE_TOKEN.test(token) ? undefined : 'BadDeviceToken';
}

function brokenPayload(request: ApnsRequest): Reason | undefined {
  const limit = request.headers['apns-push-type'] === 'voip' ? MAX_VOIP_PAYLOAD : MAX_PAYLOAD;
  if (request.payloadBytes > limit) return 'PayloadTooLarge';
  return isJsonObject(request.payload) ? undefined : 'PayloadEmpty';
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
