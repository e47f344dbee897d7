import type { StoredCredential, WebPushCredential } from '@signalbox/credentials';
import type { PushProvider } from '../push-provider.js';
import { SessionRegistry } from '../session-registry.js';
import type { PushServiceOptions, WebPushLimits } from './push-service.js';
import { WebPushSession } from './webpush-session.js';

const DEFAULT_LIMITS: WebPushLimits = { deadlineMs: 10_000, connections: 4, streams: 100, tickMs: 650 };

export interface WebPushProviderOptions
  extends Partial<WebPushLimits>, Pick<PushServiceOptions, 'figures' | 'resolve'> {
  /** Sessions kept open at most, idle ones given. */
  readonly maxSessions?: number;
}

/** The push services of browsers, all of which speak one protocol (RFC 8030). */
export class WebPushProvider implements PushProvider<WebPushCredential> {
  readonly name = 'webpush';
  private readonly sessions: SessionRegistry<WebPushCredential, WebPushSession>;

  constructor({ maxSessions = 500, figures, resolve, ...given }: WebPushProviderOptions = {}) {
    const limits = { ...DEFAULT_LIMITS, ...given };
    this.sessions = new SessionRegistry({
      open: (secret) => new WebPushSession({ secret, limits, figures, resolve }),
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
