import type { StoredCredential } from '@signalbox/credentials';
import type { ProviderSession } from './push-provider.js';

/** A session that says whether anything is under way. */
export interface OpenSession extends ProviderSession {
  readonly isIdle: boolean;
}

export interface SessionRegistryOptions<Secret, Session> {
  readonly open: (secret: Secret) => Session;
  /** Sessions kept open; to open another the one unused for longest is closed, unless it is busy. */
  readonly maxSessions: number;
}

/** The sessions of one provider: one per credential, found by its id; a higher version takes the place of a lower. */
export class SessionRegistry<Secret, Session extends OpenSession> {
  /** In the order of last use. */
  private readonly sessions = new Map<string, { readonly version: number; readonly session: Session }>();
  private readonly ending = new Set<Promise<void>>();

  constructor(private readonly options: SessionRegistryOptions<Secret, Session>) {}

  /**
   * A worker that still holds an older version than another one has seen gets the newer session: two versions taking
   * turns would reconnect and sign a token each time.
   */
  sessionFor({ id, version, secret }: StoredCredential<Secret>): Session {
    const known = this.sessions.get(id);
    this.sessions.delete(id);
    if (known && known.version >= version) {
      this.sessions.set(id, known);
      return known.session;
    }
    if (known) this.end(known.session);
    this.makeRoom();
    const session = this.options.open(secret);
    this.sessions.set(id, { version, session });
    return session;
  }

  /** Resolves when everything under way is settled and every connection is closed. */
  async close(): Promise<void> {
    for (const { session } of this.sessions.values()) this.end(session);
    this.sessions.clear();
    await Promise.all(this.ending);
  }

  private makeRoom(): void {
    for (const [id, { session }] of this.sessions) {
      if (this.sessions.size < this.options.maxSessions) return;
      if (!session.isIdle) continue;
      this.sessions.delete(id);
      this.end(session);
    }
  }

  private end(session: Session): void {
    const ended = session.close().finally(() => this.ending.delete(ended));
    this.ending.add(ended);
  }
}
