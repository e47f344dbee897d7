import { type AppLimits, appLimits, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { LimitBook } from '@signalbox/http';
import { Chore } from '@signalbox/resilience';
import { atMostOnceAMinute, type Logger } from '@signalbox/telemetry';
import { haveLimitsChanged, readLimits } from './limit.queries.js';

const EVERY_MS = 1_000;

/** What operators set for apps, as it stood a second ago at the latest; while the database is away, as it was known last. */
export class AppLimitBook implements LimitBook {
  private byApp: ReadonlyMap<Uuid, AppLimits> = new Map();
  private sum = 0;
  private readonly looking = new Chore(EVERY_MS, () => this.look());
  private readonly warn;

  constructor(
    private readonly sql: Sql,
    logger: Logger,
  ) {
    this.warn = atMostOnceAMinute((error: unknown, keptBack) =>
      logger.warn({ err: error, keptBack }, 'the limits of apps could not be read; those known stay in force'),
    );
  }

  /** Resolves when they are known, or the database did not answer. */
  async start(): Promise<void> {
    await this.read().catch(this.warn);
    this.looking.startLater();
  }

  async stop(): Promise<void> {
    await this.looking.stop();
  }

  get generation(): number {
    return this.sum;
  }

  of(appId: Uuid): AppLimits | undefined {
    return this.byApp.get(appId);
  }

  private async look(): Promise<void> {
    try {
      if (await haveLimitsChanged(this.sql, this.sum)) await this.read();
    } catch (error) {
      this.warn(error);
    }
  }

  private async read(): Promise<void> {
    const rows = await readLimits(this.sql);
    this.byApp = new Map(
      rows.flatMap(({ appId, limits }) => {
        // What a newer release wrote and this one does not understand limits nobody here.
        const known = appLimits.safeParse(limits);
        return known.success ? [[appId, known.data] as const] : [];
      }),
    );
    this.sum = rows.reduce((sum, { version }) => sum + version, 0);
  }
}
