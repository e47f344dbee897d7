import webPush from 'web-push';
import type { PushMessage } from '../push-provider.js';
import { webPushHeaders } from './webpush-payload.js';

/** Four weeks, the longest that push services keep a message. */
const MAX_TTL_SECONDS = 2_419_200;

/** A browser's address and the keys that only it can read with. */
export interface Subscription {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

/** One message as a push service takes it. */
export interface WebPushRequest {
  /** In lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Undefined for a device that is no browser. */
export function subscriptionOf({ target, targetKind, targetKeys }: PushMessage['device']): Subscription | undefined {
  return targetKind === 'webpush' && targetKeys !== undefined ? { endpoint: target, keys: targetKeys } : undefined;
}

/**
 * Encrypts for one browser (RFC 8291) and says how the message is to be treated (RFC 8030). Costs a few tenths of a millisecond: a
 * key pair and a key agreement.
 *
 * @throws the library's error for keys that are none; registrations are checked, so there should not be any.
 */
export function webPushRequest(
  subscription: Subscription,
  json: string,
  { content, options }: Pick<PushMessage, 'content' | 'options'>,
  authorization: string,
  now = Date.now(),
): WebPushRequest {
  const seconds = Math.floor((options.expiresAt.getTime() - now) / 1_000);
  // The path of a service that ended years ago would make the library complain on the console; it needs none.
  const place = { ...subscription, endpoint: new URL(subscription.endpoint).origin };
  const { headers, body } = webPush.generateRequestDetails(place, json, {
    TTL: Math.min(MAX_TTL_SECONDS, Math.max(0, seconds)),
    ...webPushHeaders({ content, options }),
    // The token is good for many messages; the library would sign one for each.
    headers: { Authorization: authorization },
  });
  // Two of them are numbers, whatever the library's types say.
  const text = new Map(
    Object.entries<string | number>(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  return { headers: Object.fromEntries(text), body };
}
