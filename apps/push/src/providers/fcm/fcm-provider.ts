import type { FcmCredential, StoredCredential } from '@signalbox/credentials';
import type { ChannelFigures } from '@signalbox/http2-channel';
import type { PushProvider } from '../push-provider.js';
import type { Transports } from '../load-transports.js';
import { SessionRegistry } from '../session-registry.js';
import type { TransportKind } from '../transport-kind.js';
import { FcmSession } from './fcm-session.js';
import type { FcmLimits } from './fcm-transport.js';

/**
 * Google asks for ten seconds of patience at least (https://firebase.google.com/docs/cloud-messaging/scale-fcm) and allows
 * 100 streams on a connection.
 */
const DEFAULT_LIMITS: Omit<FcmLimits, 'connections'> = { deadlineMs: 10_000, streams: 100, tickMs: 650 };

/** The SDK keeps one request per connection under way. */
const CONNECTIONS: Readonly<Record<TransportKind, number>> = { own: 8, sdk: 100 };

export interface FcmProviderOptions extends Partial<FcmLimits> {
  readonly transports: Transports;
  /** Sessions kept open at most, idle ones given. */
  readonly maxSessions?: number;
  /** Where the connections of all sessions are counted; the SDK's are not. */
  readonly figures?: ChannelFigures;
}

/** Google's push service, Firebase Cloud Messaging. */
export class FcmProvider implements PushProvider<FcmCredential> {
  readonly name = 'fcm';
  private readonly sessions: SessionRegistry<FcmCredential, FcmSession>;

  constructor({ transports, maxSessions = 500, figures, ...given }: FcmProviderOptions) {
    const limits = { ...DEFAULT_LIMITS, connections: CONNECTIONS[transports.kind], ...given };
    this.sessions = new SessionRegistry({
      open: (secret) => new FcmSession(transports.fcm({ secret, limits, figures })),
      maxSessions,
    });
  }

  sessionFor(credential: StoredCredential<FcmCredential>): FcmSession {
    return this.sessions.sessionFor(credential);
  }

  close(): Promise<void> {
    return this.sessions.close();
  }
}
