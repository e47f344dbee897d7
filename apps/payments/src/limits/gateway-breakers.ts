import type { GatewayCalls, Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { BreakerLedger, Chore } from '@signalbox/resilience';
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
  private readonly ledger = new BreakerLedger<BreakerState>();
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
        const until = new Date(Date.now() + forMs).toISOString();
        this.ledger.opened(`${gateway} ${app} ${calls}`, (since) => {
          return { app, gateway, calls, state: 'open', since, until };
        });
      },
      closed: (app, calls) =>
        this.ledger.closed(`${gateway} ${app} ${calls}`, (since) => {
          return { app, gateway, calls, state: 'closed', since, until: since };
        }),
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
    const changed = this.ledger.take();
    if (changed.size === 0) return;
    try {
      await this.database.query(WRITE_BREAKERS, [THIS_PROCESS, JSON.stringify([...changed.values()])]);
    } catch (error) {
      this.ledger.giveBack(changed);
      this.warn(error);
    }
  }
}
