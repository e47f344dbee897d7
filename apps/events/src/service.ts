import { openAccess } from '@signalbox/access';
import { Envelope, loadMasterKey } from '@signalbox/credentials';
import { openDatabase, refuseSkewedClock, refuseUnfitDatabase } from '@signalbox/database';
import { FlagBook, Flags } from '@signalbox/flags';
import { onceMigrated, selfOf, startService } from '@signalbox/http';
import { watchInvariant } from '@signalbox/invariants';
import { queuesOf } from '@signalbox/contracts';
import { dependencyGauges, jobFigures, openQueueBackend, QUEUE_CONNECTIONS } from '@signalbox/queues';
import { stopPart } from '@signalbox/resilience';
import { atMostOnceAMinute, createMetrics, type Logger } from '@signalbox/telemetry';
import { AppModule } from './app.module.js';
import type { EventsConfig } from './config.js';
import { followFlags } from './deliver/follow-flags.js';
import { eventsReadiness } from './events-readiness.js';
import { eventsPersonalData } from './personal-data/events-personal-data.js';
import { EventLogUpkeep } from './upkeep/event-log-upkeep.js';
import { webhookGauges } from './upkeep/webhook-gauges.js';
import { webhookUpkeep } from './upkeep/webhook-upkeep.js';
import { WebhookPipeline } from './webhook-pipeline.js';
import { WebhookSettings } from './webhook-settings.js';

/** To Postgres, beside those of queues. */
const CONNECTIONS = 10;

export interface RunningEvents {
  readonly url: string;
  /** Refuses new requests, finishes what is under way, hands the rest back. */
  close(): Promise<void>;
}

/** Starts the events service. Resolves once it answers and the partitions of the coming days exist. @throws ClockSkewed, UnfitDatabase */
export async function startEvents(config: EventsConfig, logger: Logger): Promise<RunningEvents> {
  const { DATABASE_URL: databaseUrl, DATABASE_POOLER_URL: poolerUrl } = config;
  const metrics = createMetrics('events');
  const masterKey = loadMasterKey({ key: config.MASTER_KEY, file: config.MASTER_KEY_FILE });
  const envelope = new Envelope(masterKey);
  const flags = await Flags.open({ keys: ['webhooks.post'], config, logger, metrics });
  const settings = new WebhookSettings(config.WEBHOOK_ALLOW_PRIVATE, config.WEBHOOK_RETENTION_DAYS);
  const database = openDatabase({
    url: databaseUrl,
    poolerUrl,
    name: 'signalbox-events',
    maxConnections: CONNECTIONS,
    onIdleError: atMostOnceAMinute((error: Error, keptBack) =>
      logger.warn({ err: error, keptBack }, 'a database connection broke; it is replaced'),
    ),
  });
  const backend = openQueueBackend({
    redisUrl: config.REDIS_URL,
    databaseUrl,
    sql: database,
    prefix: config.QUEUE_PREFIX,
    logger,
  });
  const { allowPrivate, retentionDays } = settings;
  const pipeline = new WebhookPipeline({ database, backend, envelope, flags, allowPrivate, logger, metrics });
  const chores = [
    webhookUpkeep(database, logger, retentionDays),
    webhookGauges(database, logger, metrics),
    dependencyGauges(database, backend, metrics),
    watchInvariant('webhook-deliveries', { database, logger, metrics }),
  ];
  jobFigures(backend, queuesOf('events'), metrics);
  const personalData = eventsPersonalData({ database, envelope, logger });
  const access = await openAccess({ name: 'events', config, sql: database, logger, metrics });
  const upkeep = new EventLogUpkeep({ database, logger, metrics, retentionDays: config.EVENT_RETENTION_DAYS });
  const flagBook = new FlagBook({ database, flags, logger, follow: followFlags });
  const stopParts = async (): Promise<void> => {
    await pipeline.stop();
    await stopPart('chores', Promise.all([upkeep, personalData, ...chores].map((chore) => chore.stop())));
    await stopPart('revocations', access.close());
    await flags.close();
    await stopPart('flags', flagBook.stop());
    await stopPart('queues', backend.close());
    await stopPart('connections to Postgres', database.close());
  };
  try {
    await refuseUnfitDatabase({ url: databaseUrl, poolerUrl });
    await refuseSkewedClock(database);
    await flagBook.start();
    await upkeep.start();
    for (const chore of [personalData, ...chores]) chore.start();
    await pipeline.start();
    const { publisher, secrets } = pipeline;
    const service = await startService({
      name: 'events',
      module: AppModule.with({ database, publisher, secrets, settings }),
      host: config.HOST,
      port: config.PORT,
      drainSeconds: config.DRAIN_SECONDS,
      logger,
      metrics,
      authenticator: access.authenticator,
      limiter: access.limiter,
      keyTrailIn: database,
      trustedProxies: config.TRUSTED_PROXIES,
      self: selfOf(config, masterKey, {
        connections: poolerUrl === undefined ? CONNECTIONS : 0,
        // One listens for revocations.
        ofQueues: QUEUE_CONNECTIONS + 1,
        opens: config.WEBHOOK_ALLOW_PRIVATE ? ['WEBHOOK_ALLOW_PRIVATE'] : [],
      }),
      readiness: onceMigrated(database, () => eventsReadiness(database, pipeline.offers)),
      title: 'Signalbox events',
      description: 'What happened, in the order it was committed, and webhooks that tell of it.',
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
