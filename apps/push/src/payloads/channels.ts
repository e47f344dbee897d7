import type { Provider } from '@signalbox/credentials';
import {
  APNS_PAYLOAD_LIMIT,
  ApnsPayloadRefused,
  apnsHeaders,
  buildApnsPayload,
} from '../providers/apns/apns-payload.js';
import { buildFcmPayload, FCM_PAYLOAD_LIMIT, FcmPayloadRefused } from '../providers/fcm/fcm-payload.js';
import type { PushMessage } from '../providers/push-provider.js';
import { buildWebPushPayload, WEBPUSH_PAYLOAD_LIMIT, webPushHeaders } from '../providers/webpush/webpush-payload.js';

/** A message as a provider would be handed it, but for the address of the device. */
export interface Payload {
  readonly json: string;
  readonly bytes: number;
  /** What is said beside it. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is sent of a message, whoever the device is. */
export type Sendable = Pick<PushMessage, 'deliveryId' | 'content' | 'options'>;

interface Channel {
  /** Bytes that the provider takes. */
  readonly limit: number;
  /** Whose phone that is, for people. */
  readonly phone: string;
  readonly build: (message: Sendable) => Payload;
}

/** What each provider makes of a message. */
export const CHANNELS: Readonly<Record<Provider, Channel>> = {
  apns: {
    limit: APNS_PAYLOAD_LIMIT,
    phone: 'an iPhone',
    build: (message) => ({ ...buildApnsPayload(message), headers: apnsHeaders(message.options) }),
  },
  fcm: {
    limit: FCM_PAYLOAD_LIMIT,
    phone: 'an Android phone',
    build: (message) => {
      const { payload, bytes } = buildFcmPayload(message);
      return { json: JSON.stringify(payload), bytes };
    },
  },
  webpush: {
    limit: WEBPUSH_PAYLOAD_LIMIT,
    phone: 'a browser',
    build: (message) => ({ ...buildWebPushPayload(message), headers: webPushHeaders(message) }),
  },
};

export const CHANNEL_NAMES = Object.keys(CHANNELS) as readonly Provider[];

/** The message cannot be made: `pointer` is a JSON pointer into its content. */
export interface PayloadRefused {
  readonly pointer: string;
  readonly reason: string;
}

/** The payload, or the field that the provider keeps for itself. */
export function payloadFor(provider: Provider, message: Sendable): Payload | PayloadRefused {
  try {
    return CHANNELS[provider].build(message);
  } catch (error) {
    if (error instanceof ApnsPayloadRefused || error instanceof FcmPayloadRefused) {
      return { pointer: error.pointer, reason: error.reason };
    }
    throw error;
  }
}

/** The first of some keys of `data` that a provider keeps for itself. */
export function reservedKey(keys: readonly string[]): { readonly key: string; readonly reason: string } | undefined {
  const options = { priority: 'bulk', expiresAt: new Date(0) } as const;
  for (const key of keys) {
    for (const provider of CHANNEL_NAMES) {
      const payload = payloadFor(provider, { deliveryId: '', content: { data: { [key]: '' } }, options });
      if ('reason' in payload) return { key, reason: payload.reason };
    }
  }
  return undefined;
}
