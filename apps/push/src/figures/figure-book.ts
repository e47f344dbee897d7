import type { Database } from '@signalbox/database';
import { Chore } from '@signalbox/resilience';
import { atMostOnceAMinute, type Logger, THIS_PROCESS } from '@signalbox/telemetry';
import type { BreakerStates } from '../breakers/breaker-states.js';
import { WRITE_STATES } from '../breakers/breaker.queries.js';
import { WRITE_FIGURES } from './figure.queries.js';
import type { Figures } from './figures.js';

const EVERY_MS = 10_000;

/** Writes down what this process did and how its breakers stand, every ten seconds in which something happened. */
export class FigureBook {
  private readonly writing = new Chore(EVERY_MS, () => this.write());
  private readonly warn;

  constructor(
    private readonly database: Database,
    private readonly figures: Figures,
    private readonly breakers: BreakerStates,
    logger: Logger,
  ) {
    this.warn = atMostOnceAMinute((error: unknown, keptBack) =>
      logger.warn(
        { err: error, keptBack },
        'figures for the console were not written; they are added to the next ones',
      ),
    );
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
    const [rows, changed] = [this.figures.take(), this.breakers.take()];
    try {
      if (changed.size > 0)
        await this.database.query(WRITE_STATES, [THIS_PROCESS, JSON.stringify([...changed.values()])]);
    } catch (error) {
      this.breakers.giveBack(changed);
      this.warn(error);
    }
    try {
      if (rows.length > 0) await this.database.query(WRITE_FIGURES, [THIS_PROCESS, JSON.stringify(rows)]);
    } catch (error) {
      this.figures.giveBack(rows);
      this.warn(error);
    }
  }
}
