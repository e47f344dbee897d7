import type { Uuid } from '@signalbox/contracts';
import { BreakerLedger } from '@signalbox/resilience';

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
  private readonly ledger = new BreakerLedger<BreakerState>();

  opened(credential: Uuid, service: string, state: 'open' | 'let_through', answers: readonly Trouble[]): void {
    this.ledger.opened(`${credential} ${service}`, (since) => ({ credential, service, state, since, answers }));
  }

  closed(credential: Uuid, service: string): void {
    const state = 'closed';
    this.ledger.closed(`${credential} ${service}`, (since) => ({ credential, service, state, since, answers: [] }));
  }

  take(): ReadonlyMap<string, BreakerState> {
    return this.ledger.take();
  }

  giveBack(taken: ReadonlyMap<string, BreakerState>): void {
    this.ledger.giveBack(taken);
  }
}
