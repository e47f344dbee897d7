import type { StoredCredential, WebPushCredential } from '@signalbox/credentials';
import type { ChannelFigures } from '@signalbox/http2-channel';
import type { PushProvider } from '../push-provider.js';
import { SessionRegistry } from '../session-registry.js';
import type { WebPushLimits } from './push-service.js';
import { WebPushSession } from './webpush-session.js';

const DEFAULT_LIMITS: WebPushLimits = { deadlineMs: 10_000, connections: 4, streams: 100, tickMs: 650 };

export interface WebPushProviderOptions extends Partial<WebPushLimits> {
  /** Sessions kept open at most, idle ones given. */
  readonly maxSessions?: number;
  /** Where the connections of all sessions are counted. */
  readonly figures?: ChannelFigures;
}

/** The push services of browsers, all of which speak one protocol (RFC 8030). */
export class WebPushProvider implements PushProvider<WebPushCredential> {
  readonly name = 'webpush';
  private readonly sessions: SessionRegistry<WebPushCredential, WebPushSession>;

  constructor({ maxSessions = 500, figures, ...given }: WebPushProviderOptions = {}) {
    const limits = { ...DEFAULT_LIMITS, ...given };
    this.sessions = new SessionRegistry({
      open: (secret) => new WebPushSession(secret, limits, figures),
      maxSessions,
    });
  }

  sessionFor(credential: StoredCredential<WebPushCredential>): WebPushSession {
    return this.sessions.sessionFor(credential);
  }

  close(): Promise<void> {
    return this.sessions.close();
  }
}
