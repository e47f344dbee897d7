import { openAccess } from '@signalbox/access';
import { ContentCipher, CredentialReader, Envelope, loadMasterKey } from '@signalbox/credentials';
import { openDatabase, plannedApart, refuseSkewedClock, refuseUnfitDatabase } from '@signalbox/database';
import { FlagBook, Flags } from '@signalbox/flags';
import { onceMigrated, selfOf, startService } from '@signalbox/http';
import { watchInvariant } from '@signalbox/invariants';
import { queuesOf } from '@signalbox/contracts';
import { dependencyGauges, jobFigures, openQueueBackend, QUEUE_CONNECTIONS } from '@signalbox/queues';
import { stopPart } from '@signalbox/resilience';
import { atMostOnceAMinute, createMetrics, type Logger } from '@signalbox/telemetry';
import { AppModule } from './app.module.js';
import { Broadcasts } from './broadcasts/broadcasts.js';
import type { Config } from './config.js';
import { CredentialChecks } from './credential-checks/credential-checks.js';
import { followFlags } from './flags/flag-holds.js';
import { liftHoldsOnRotation } from './holds/lift-holds-on-rotation.js';
import { giveWay } from './give-way.js';
import { Composer } from './notify/composer.js';
import { Notifications } from './notify/notifications.js';
import { daysAhead } from './notify/timing.js';
import { FIXED, PREPARED, PRUNED } from './prepared-statements.js';
import { pushPersonalData } from './personal-data/push-personal-data.js';
import { ApnsProvider } from './providers/apns/apns-provider.js';
import { ProviderTokens } from './providers/apns/provider-token/provider-tokens.js';
import { FcmProvider } from './providers/fcm/fcm-provider.js';
import { loadTransports } from './providers/load-transports.js';
import { TransportFigures } from './providers/transport-figures.js';
import { WebPushProvider } from './providers/webpush/webpush-provider.js';
import { PushPipeline } from './push-pipeline.js';
import { pushReadiness } from './push-readiness.js';
import { QuotaLots } from './quotas/quota-lots.js';
import { Quotas } from './quotas/quotas.js';
import { scheduleChore } from './schedules/schedule-chore.js';
import { Schedules } from './schedules/schedules.js';
import { pushChecks } from './synthetic-checks/push-checks.js';
import { TemplateReader } from './templates/template-reader.js';
import { BacklogGauges } from './upkeep/backlog-gauges.js';
import { pushUpkeep } from './upkeep/upkeep.js';

/** To Postgres, at most: those of the way of a notification, of which every step under way holds one, and those of everything else. */
const CONNECTIONS = { way: 14, others: 10 };

/** The flags that push goes by. */
const FLAGS_OF_PUSH = ['push.apns', 'push.fcm', 'push.webpush', 'broadcasts.accept'] as const;

export interface RunningPush {
  readonly url: string;
  /** Refuses new requests, finishes what is under way, hands the rest back. */
  close(): Promise<void>;
}

/** Starts the push service in the roles that the configuration gives it. Resolves once it answers. @throws ClockSkewed, UnfitDatabase */
export async function startPush(config: Config, logger: Logger): Promise<RunningPush> {
  const { DATABASE_URL: databaseUrl, DATABASE_POOLER_URL: poolerUrl, PUSH_ROLES: roles, PUSH_LANES: lanes } = config;
  const metrics = createMetrics('push');
  const masterKey = loadMasterKey({ key: config.MASTER_KEY, file: config.MASTER_KEY_FILE });
  const flags = await Flags.open({ keys: FLAGS_OF_PUSH, config, logger, metrics });
  const envelope = new Envelope(masterKey);
  const onIdleError = atMostOnceAMinute((error: Error, keptBack) =>
    logger.warn({ err: error, keptBack }, 'a database connection broke; it is replaced'),
  );
  const pool = { url: databaseUrl, name: 'signalbox-push', onIdleError };
  const database = openDatabase({ ...pool, poolerUrl, prepared: PREPARED, maxConnections: CONNECTIONS.others });
  const flagBook = new FlagBook({ database, flags, logger, follow: followFlags });
  try {
    await Promise.all([refuseUnfitDatabase({ url: databaseUrl, poolerUrl }), refuseSkewedClock(database)]);
    await flagBook.start();
  } catch (error) {
    await Promise.all([flags.close(), database.close()]);
    throw error;
  }
  const fixed = openDatabase({ ...pool, prepared: FIXED, maxConnections: CONNECTIONS.way, fixedPlans: true });
  const way = plannedApart(fixed, database, PRUNED);
  const backend = openQueueBackend({
    redisUrl: config.REDIS_URL,
    databaseUrl,
    sql: database,
    prefix: config.QUEUE_PREFIX,
    logger,
  });
  const cipher = new ContentCipher(way, envelope);
  const credentials = new CredentialReader(envelope);
  const templates = new TemplateReader(database);
  const figures = new TransportFigures(metrics);
  const transports = await loadTransports(config.PUSH_TRANSPORTS);
  const tokens = new ProviderTokens(database, envelope);
  const providers = {
    apns: new ApnsProvider({ tokens, transports, figures: figures.apns }),
    fcm: new FcmProvider({ transports, figures: figures.fcm }),
    webpush: new WebPushProvider({ figures: figures.webpush }),
  };
  const pipeline = new PushPipeline({
    database,
    way,
    backend,
    cipher,
    credentials,
    templates,
    flags,
    ...providers,
    roles,
    lanes,
    logger,
    metrics,
  });
  const access = await openAccess({ name: 'push', config, sql: database, logger, metrics });
  const lots = new QuotaLots(database, logger);
  const quotas = new Quotas(database, lots, access.limits);
  const upkeep = pushUpkeep(database, logger, config.DELIVERY_RETENTION_DAYS);
  const gauges = new BacklogGauges(database, logger, metrics);
  const dependencies = dependencyGauges(database, backend, metrics);
  jobFigures(backend, queuesOf('push'), metrics);
  const invariant = watchInvariant('accepted-work', { database, logger, metrics });
  const personalData = pushPersonalData({ database, envelope, cipher, logger });
  const schedules = scheduleChore(database, (offers) => pipeline.acceptor.publish(offers), logger);
  const credentialChecks = new CredentialChecks({ database, credentials, ...providers });
  const breakers = pipeline.breakers;
  const checks = pushChecks({
    database,
    credentials,
    flags,
    ...providers,
    breakers,
    credentialChecks,
    config,
    logger,
    metrics,
  });
  const stopping = new AbortController();

  if (!roles.has('api') && !lanes.has('transactional')) giveWay();
  await pipeline.start();
  upkeep.start();
  gauges.start();
  dependencies.start();
  figures.start();
  checks?.start();
  if (roles.has('route')) {
    personalData.start();
    schedules.start();
    invariant.start();
  }
  const rotations = liftHoldsOnRotation(database, logger, stopping.signal);
  const closeParts = async (): Promise<void> => {
    stopping.abort();
    await stopPart('schedules', schedules.stop());
    await Promise.all([pipeline.stop(), checks?.stop()]);
    figures.stop();
    const chores = [upkeep, gauges, dependencies, invariant, personalData, lots];
    await stopPart('chores', Promise.all([...chores.map((chore) => chore.stop()), rotations]));
    await stopPart('revocations', access.close());
    await flags.close();
    await stopPart('flags', flagBook.stop());
    await stopPart('queues', backend.close());
    await stopPart('connections to Postgres', Promise.all([way.close(), database.close()]));
  };
  try {
    const ahead = daysAhead(config.DELIVERY_RETENTION_DAYS, config.EVENT_RETENTION_DAYS);
    const composer = new Composer(templates);
    const notifications = new Notifications(pipeline.acceptor, cipher, database, composer, ahead, quotas);
    const service = await startService({
      name: 'push',
      module: AppModule.with({
        roles,
        database,
        envelope,
        tokens: access.authenticator,
        notifications,
        schedules: new Schedules(database, cipher, composer),
        flags,
        broadcasts: new Broadcasts({
          database,
          cipher,
          credentials,
          composer,
          publisher: pipeline.publisher,
          daysAhead: ahead,
          quotas,
        }),
        quotas,
        deadLetters: pipeline.deadLetters,
        letterRuns: pipeline.letterRuns,
        credentialChecks,
      }),
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
        connections: CONNECTIONS.way + (poolerUrl === undefined ? CONNECTIONS.others : 0),
        // One listens for revocations.
        ofQueues: QUEUE_CONNECTIONS + 1,
        roles,
      }),
      readiness: onceMigrated(database, () =>
        pushReadiness({
          database,
          lastOfferRoundAt: () => pipeline.offers.lastRoundAt,
          lastWorkEndedAt: () => pipeline.lastWorkEndedAt,
          queues: pipeline.queues,
          oldestDueSeconds: (queues) => gauges.oldestDueSeconds(queues),
        }),
      ),
      title: 'Signalbox push',
      description: 'Devices, and notifications that end in a recorded outcome.',
    });
    return {
      url: service.url,
      close: async () => {
        await service.close();
        await closeParts();
      },
    };
  } catch (error) {
    await closeParts();
    throw error;
  }
}
