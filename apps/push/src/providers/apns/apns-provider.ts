import type { ApnsCredential, StoredCredential } from '@signalbox/credentials';
import type { PushProvider } from '../push-provider.js';
import { SessionRegistry } from '../session-registry.js';
import type { ApnsClientLimits } from './apns-client.js';
import { ApnsSession } from './apns-session.js';

const DEFAULT_LIMITS: ApnsClientLimits = { deadlineMs: 10_000, streams: 500, tickMs: 750, minConnectionAgeMs: 10_000 };

export interface ApnsProviderOptions extends Partial<ApnsClientLimits> {
  /** Sessions kept open at most, idle ones given. */
  readonly maxSessions?: number;
}

/** Apple's push service. */
export class ApnsProvider implements PushProvider<ApnsCredential> {
  readonly name = 'apns';
  private readonly sessions: SessionRegistry<ApnsCredential, ApnsSession>;

  constructor({ maxSessions = 500, ...given }: ApnsProviderOptions = {}) {
    const limits = { ...DEFAULT_LIMITS, ...given };
    this.sessions = new SessionRegistry({ open: (secret) => new ApnsSession(secret, limits), maxSessions });
  }

  sessionFor(credential: StoredCredential<ApnsCredential>): ApnsSession {
    return this.sessions.sessionFor(credential);
  }

  close(): Promise<void> {
    return this.sessions.close();
  }
}
