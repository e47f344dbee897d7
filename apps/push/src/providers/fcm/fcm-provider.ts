import type { FcmCredential, StoredCredential } from '@signalbox/credentials';
import type { PushProvider } from '../push-provider.js';
import { SessionRegistry } from '../session-registry.js';
import type { FcmClientLimits } from './fcm-client.js';
import { FcmSession } from './fcm-session.js';

/** Google asks for ten seconds of patience at least: https://firebase.google.com/docs/cloud-messaging/scale-fcm */
const DEFAULT_LIMITS: FcmClientLimits = { deadlineMs: 10_000, connections: 100 };

export interface FcmProviderOptions extends Partial<FcmClientLimits> {
  /** Sessions kept open at most, idle ones given. */
  readonly maxSessions?: number;
}

/** Google's push service, Firebase Cloud Messaging. */
export class FcmProvider implements PushProvider<FcmCredential> {
  readonly name = 'fcm';
  private readonly sessions: SessionRegistry<FcmCredential, FcmSession>;

  constructor({ maxSessions = 500, ...given }: FcmProviderOptions = {}) {
    const limits = { ...DEFAULT_LIMITS, ...given };
    this.sessions = new SessionRegistry({ open: (secret) => new FcmSession(secret, limits), maxSessions });
  }

  sessionFor(credential: StoredCredential<FcmCredential>): FcmSession {
    return this.sessions.sessionFor(credential);
  }

  close(): Promise<void> {
    return this.sessions.close();
  }
}
