import { type Database, openDatabase, refuseSkewedClock } from '@signalbox/database';
import { readFeed } from '@signalbox/event-log';
import { ApiKeyAuthenticator, type Readiness, startService } from '@signalbox/http';
import { atMostOnceAMinute, createMetrics, type Logger } from '@signalbox/telemetry';
import { AppModule } from './app.module.js';
import type { EventsConfig } from './config.js';
import { EventLogUpkeep } from './upkeep/event-log-upkeep.js';

export interface RunningEvents {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the events service. Resolves once it answers and the partitions of the coming days exist. @throws ClockSkewed */
export async function startEvents(config: EventsConfig, logger: Logger): Promise<RunningEvents> {
  const metrics = createMetrics('events');
  const database = openDatabase({
    url: config.DATABASE_URL,
    name: 'signalbox-events',
    onIdleError: atMostOnceAMinute((error: Error, keptBack) =>
      logger.warn({ err: error, keptBack }, 'a database connection broke; it is replaced'),
    ),
  });
  const upkeep = new EventLogUpkeep({ database, logger, metrics, retentionDays: config.EVENT_RETENTION_DAYS });
  const stopParts = async (): Promise<void> => {
    await upkeep.stop();
    await database.close();
  };
  try {
    await refuseSkewedClock(database);
    await upkeep.start();
    const service = await startService({
      name: 'events',
      module: AppModule.with(database),
      host: config.HOST,
      port: config.PORT,
      logger,
      metrics,
      authenticator: new ApiKeyAuthenticator(database, { operatorToken: config.OPERATOR_TOKEN }),
      readiness: () => readiness(database),
      title: 'Signalbox events',
      description: 'What happened, in the order it was committed.',
    });
    return {
      url: service.url,
      close: async () => {
        await service.close();
        await stopParts();
      },
    };
  } catch (error) {
    await stopParts();
    throw error;
  }
}

/** A real read of the log: a database that is up but not migrated is not ready. */
async function readiness(database: Database): Promise<Readiness> {
  const answers = await readFeed(database, { after: 'now', limit: 1 }).then(
    () => true,
    () => false,
  );
  return { ready: answers, checks: { database: answers ? 'ok' : 'does not answer, or is not migrated' } };
}
