import type { ApnsCredential, StoredCredential } from '@signalbox/credentials';
import type { PushProvider } from '../push-provider.js';
import type { ApnsClientLimits } from './apns-client.js';
import { ApnsSession } from './apns-session.js';

const DEFAULT_LIMITS: ApnsClientLimits = { deadlineMs: 10_000, streams: 500, tickMs: 750, minConnectionAgeMs: 10_000 };

export interface ApnsProviderOptions extends Partial<ApnsClientLimits> {
  /** Sessions kept open; to open another the one unused for longest is closed, unless it is busy. */
  readonly maxSessions?: number;
}

/** Apple's push service. One session per credential, found by its id; a higher version takes the place of a lower. */
export class ApnsProvider implements PushProvider<ApnsCredential> {
  readonly name = 'apns';
  /** In the order of last use. */
  private readonly sessions = new Map<string, { readonly version: number; readonly session: ApnsSession }>();
  private readonly ending = new Set<Promise<void>>();
  private readonly limits: ApnsClientLimits;
  private readonly maxSessions: number;

  constructor({ maxSessions = 500, ...limits }: ApnsProviderOptions = {}) {
    this.limits = { ...DEFAULT_LIMITS, ...limits };
    this.maxSessions = maxSessions;
  }

  /**
   * A worker that still holds an older version than another one has seen gets the newer session: two versions taking
   * turns would reconnect and sign a token each time.
   */
  sessionFor(credential: StoredCredential<ApnsCredential>): ApnsSession {
    const { id, version, secret } = credential;
    const known = this.sessions.get(id);
    this.sessions.delete(id);
    if (known && known.version >= version) {
      this.sessions.set(id, known);
      return known.session;
    }
    if (known) this.end(known.session);
    this.makeRoom();
    const session = new ApnsSession(secret, this.limits);
    this.sessions.set(id, { version, session });
    return session;
  }

  async close(): Promise<void> {
    for (const { session } of this.sessions.values()) this.end(session);
    this.sessions.clear();
    await Promise.all(this.ending);
  }

  private makeRoom(): void {
    for (const [id, { session }] of this.sessions) {
      if (this.sessions.size < this.maxSessions) return;
      if (!session.isIdle) continue;
      this.sessions.delete(id);
      this.end(session);
    }
  }

  private end(session: ApnsSession): void {
    const ended = session.close().finally(() => this.ending.delete(ended));
    this.ending.add(ended);
  }
}
