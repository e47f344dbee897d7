import { refusal, type WebPushEnding } from './ending.js';
import { isToken } from './subscriptions.js';

/** What a push service has to take (RFC 8030, section 7.2), and all that browsers' take. */
export const LARGEST_BODY = 4_096;
const PATH = /^\/push\/([^/?]+)$/;
const URGENCIES = new Set(['very-low', 'low', 'normal', 'high']);

/** One request, as it came. */
export interface WebPushHttpRequest {
  readonly connection: number;
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty when it is too large. */
  readonly body: Buffer;
  readonly bodyBytes: number;
}

/** The subscription that a request is addressed to. */
export function tokenOf(path: string): string | undefined {
  const token = PATH.exec(path)?.[1];
  return token !== undefined && isToken(token) ? token : undefined;
}

/** The first rule of RFC 8030 that a request breaks, apart from who sends it. */
export function brokenRule({ headers, bodyBytes }: WebPushHttpRequest): WebPushEnding | undefined {
  const { ttl, topic, urgency, 'content-encoding': encoding } = headers;
  if (ttl === undefined || !/^\d{1,10}$/.test(ttl)) return refusal(400, 'BadTtl');
  if (urgency !== undefined && !URGENCIES.has(urgency)) return refusal(400, 'BadUrgency');
  if (topic !== undefined && !/^[A-Za-z0-9_-]{1,32}$/.test(topic)) return refusal(400, 'BadWebPushTopic');
  if (bodyBytes > LARGEST_BODY) return refusal(413);
  if (bodyBytes > 0 && encoding !== 'aes128gcm') return refusal(400, 'BadContentEncoding');
  return undefined;
}
