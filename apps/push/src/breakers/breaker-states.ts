import type { Uuid } from '@signalbox/contracts';

/** An answer that opened a breaker, or the want of one. */
export interface Trouble {
  readonly reason: string;
  /** RFC 3339. */
  readonly at: string;
}

/** How a breaker of this process stands: `let_through`: it would be open, but an operator keeps it closed. */
export interface BreakerState {
  readonly credential: Uuid;
  /** The host of a browser's push service; empty where there is one for the credential. */
  readonly service: string;
  readonly state: 'open' | 'let_through' | 'closed';
  /** RFC 3339. */
  readonly since: string;
  /** The last ones, oldest first. */
  readonly answers: readonly Trouble[];
}

/** How the breakers of this process stand, as far as it has changed and was not written down. */
export class BreakerStates {
  private changed = new Map<string, BreakerState>();
  /** Since when each that is not closed is not. */
  private readonly openSince = new Map<string, string>();

  opened(credential: Uuid, service: string, state: 'open' | 'let_through', answers: readonly Trouble[]): void {
    const key = `${credential} ${service}`;
    const since = this.openSince.get(key) ?? new Date().toISOString();
    this.openSince.set(key, since);
    this.changed.set(key, { credential, service, state, since, answers });
  }

  closed(credential: Uuid, service: string): void {
    const key = `${credential} ${service}`;
    // One that never told that it is open is closed to everybody.
    if (!this.openSince.delete(key)) return;
    this.changed.set(key, { credential, service, state: 'closed', since: new Date().toISOString(), answers: [] });
  }

  take(): BreakerState[] {
    const taken = [...this.changed.values()];
    this.changed = new Map();
    return taken;
  }

  /** What could not be written, but for what has changed again since. */
  giveBack(states: readonly BreakerState[]): void {
    for (const each of states) {
      const key = `${each.credential} ${each.service}`;
      if (!this.changed.has(key)) this.changed.set(key, each);
    }
  }
}
