import type { Uuid } from '@signalbox/contracts';
import type { ChannelFigures } from '@signalbox/http2-channel';
import type { ApnsAnswer } from './apns-answer.js';
import type { UsableToken } from './provider-token/shared-provider-token.js';

/** One request as Apple sees it: https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns */
export interface ApnsRequest {
  readonly id: Uuid;
  readonly deviceToken: string;
  readonly topic: string;
  readonly pushType: 'alert' | 'background';
  readonly priority: 5 | 10;
  /** Seconds since 1970. */
  readonly expiration: number;
  readonly collapseId: string;
  readonly json: string;
}

export interface ApnsLimits {
  /** Milliseconds from the wait for a free stream to the last byte of the answer. */
  readonly deadlineMs: number;
  /** Connections that take requests at once, at most; the SDK's transport has one. */
  readonly connections: number;
  /** Requests under way on a connection at most; more wait here, where giving up is known to have sent nothing. */
  readonly streams: number;
  /** The pace of the watchdog, in milliseconds: a silent connection is replaced within four ticks. */
  readonly tickMs: number;
  /** A connection younger than this is not left voluntarily: Apple takes rapid reconnects for an attack. */
  readonly minConnectionAgeMs: number;
}

export interface ApnsTransportOptions {
  /** `https://host:port` */
  readonly origin: string;
  /** The certificate authority to trust; absent: those that Node trusts. */
  readonly ca: string | undefined;
  /** The provider token to send with. @throws ProviderTokenMissing */
  readonly token: () => UsableToken | Promise<UsableToken>;
  readonly limits: ApnsLimits;
  readonly figures?: ChannelFigures | undefined;
}

/** One credential's way to one of Apple's environments. */
export interface ApnsTransport {
  readonly isIdle: boolean;
  /** Settles within the deadline and never rejects. Aborting `signal` settles it at once. */
  send(request: ApnsRequest, signal?: AbortSignal): Promise<ApnsAnswer>;
  /** Refuses new requests, lets those under way settle, closes the connections. */
  close(): Promise<void>;
}
