import type { Uuid } from '@signalbox/contracts';
import type { FcmCredential } from '@signalbox/credentials';
import type { ChannelFigures } from '@signalbox/http2-channel';
import type { FcmAnswer } from './fcm-answer.js';
import type { FcmPayload } from './fcm-payload.js';

export type FcmTarget = { readonly token: string } | { readonly fid: string };

/** Everybody who subscribed at Google. Nothing is sent to one: Google checks a message to it without any device. */
export interface FcmTopic {
  readonly topic: string;
}

export interface FcmRequest {
  readonly id: Uuid;
  readonly target: FcmTarget | FcmTopic;
  readonly payload: FcmPayload;
  /** Google only checks it, and sends nothing. */
  readonly validateOnly?: true;
}

export interface FcmLimits {
  /** Milliseconds from the wait for a free connection to the last byte of the answer. */
  readonly deadlineMs: number;
  /**
   * Connections at most; more than they carry waits here, where giving up is known to have sent nothing. A connection of
   * the SDK's transport carries one request at a time.
   */
  readonly connections: number;
  /** Requests under way on an HTTP/2 connection at most. */
  readonly streams: number;
  /** The pace of the watchdog over HTTP/2, in milliseconds: a silent connection is replaced within four ticks. */
  readonly tickMs: number;
}

export interface FcmTransportOptions {
  readonly secret: FcmCredential;
  readonly limits: FcmLimits;
  readonly figures?: ChannelFigures | undefined;
}

/** One service account's way to FCM. */
export interface FcmTransport {
  readonly isIdle: boolean;
  /** Settles within the deadline and never rejects. Aborting `signal` settles it at once. */
  send(request: FcmRequest, signal?: AbortSignal): Promise<FcmAnswer>;
  /** Refuses new requests, lets those under way settle, closes the connections. */
  close(): Promise<void>;
}
