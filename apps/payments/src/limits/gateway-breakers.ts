import type { GatewayCalls, Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { Chore } from '@signalbox/resilience';
import { atMostOnceAMinute, type Logger, THIS_PROCESS } from '@signalbox/telemetry';
import { WRITE_BREAKERS } from './gateway-breaker.queries.js';

/** Is told how the breakers of apps with one gateway stand. */
export interface BreakerWatch {
  /** It turns calls away for so many milliseconds; told again each time that a call which tried met with trouble, too. */
  opened(appId: Uuid, calls: GatewayCalls, forMs: number): void;
  /** A call got an answer. */
  closed(appId: Uuid, calls: GatewayCalls): void;
}

type Gateway = 'stripe' | 'braintree';

interface BreakerState {
  readonly app: Uuid;
  readonly gateway: Gateway;
  readonly calls: GatewayCalls;
  readonly state: 'open' | 'closed';
  /** Both RFC 3339: since when it is so, and until when an open one turns calls away. */
  readonly since: string;
  readonly until: string;
}

/** How often what has changed is written. Milliseconds. */
const EVERY_MS = 5_000;

/** How the breakers of this process stand, written down for the console when that changes: at rest nothing is. */
export class GatewayBreakers {
  private readonly writing = new Chore(EVERY_MS, () => this.write());
  private readonly openSince = new Map<string, string>();
  private changed = new Map<string, BreakerState>();
  private readonly warn;

  constructor(
    private readonly database: Database,
    logger: Logger,
  ) {
    this.warn = atMostOnceAMinute((error: unknown, keptBack) =>
      logger.warn({ err: error, keptBack }, 'how breakers stand was not written for the console; it is tried again'),
    );
  }

  /** `count` is called whenever one opens. */
  watch(gateway: Gateway, count: () => void): BreakerWatch {
    return {
      opened: (app, calls, forMs) => {
        count();
        const key = `${gateway} ${app} ${calls}`;
        const now = Date.now();
        const since = this.openSince.get(key) ?? new Date(now).toISOString();
        this.openSince.set(key, since);
        const until = new Date(now + forMs).toISOString();
        this.changed.set(key, { app, gateway, calls, state: 'open', since, until });
      },
      closed: (app, calls) => {
        const key = `${gateway} ${app} ${calls}`;
        // One that never opened is closed to everybody.
        if (!this.openSince.delete(key)) return;
        const since = new Date().toISOString();
        this.changed.set(key, { app, gateway, calls, state: 'closed', since, until: since });
      },
    };
  }

  start(): void {
    this.writing.startLater();
  }

  /** Resolves once the last ones are written, if the database takes them. */
  async stop(): Promise<void> {
    await this.writing.stop();
    await this.write();
  }

  private async write(): Promise<void> {
    if (this.changed.size === 0) return;
    const taken = this.changed;
    this.changed = new Map();
    try {
      await this.database.query(WRITE_BREAKERS, [THIS_PROCESS, JSON.stringify([...taken.values()])]);
    } catch (error) {
      this.changed = new Map([...taken, ...this.changed]);
      this.warn(error);
    }
  }
}
