import { openAccess } from '@signalbox/access';
import { ContentCipher, CredentialReader, Envelope, loadMasterKey } from '@signalbox/credentials';
import { openDatabase, refuseSkewedClock, refuseUnfitDatabase } from '@signalbox/database';
import { onceMigrated, selfOf, startService } from '@signalbox/http';
import { watchInvariant } from '@signalbox/invariants';
import { queuesOf } from '@signalbox/contracts';
import { dependencyGauges, jobFigures, openQueueBackend, QUEUE_CONNECTIONS } from '@signalbox/queues';
import { stopPart } from '@signalbox/resilience';
import { atMostOnceAMinute, createMetrics, type Logger } from '@signalbox/telemetry';
import { AppModule } from './app.module.js';
import type { PaymentsConfig } from './config.js';
import { CredentialChecks } from './credential-checks/credential-checks.js';
import { EdgeFigures } from './edge/edge-figures.js';
import { Probe } from './edge/probe.js';
import { proveEdge } from './edge/self-test.js';
import { StripeEdge } from './edge/stripe-edge.js';
import { stripeRoute } from './edge/stripe-route.js';
import { BraintreeSide } from './gateway/braintree/braintree-side.js';
import { braintreeUpkeep } from './gateway/braintree/upkeep.js';
import { braintreeRoute } from './gateway/braintree/webhooks/braintree-route.js';
import { PaymentApi } from './payment-api.js';
import { paymentsPersonalData } from './personal-data/payments-personal-data.js';
import { paymentsReadiness } from './payments-readiness.js';
import { AT_REST, WAY } from './prepared-statements.js';
import { CallLog } from './read-stripe/call-log.js';
import { RECEIVE } from './receive/receive.queries.js';
import { GatewayBreakers } from './limits/gateway-breakers.js';
import { KnownSources } from './sources/known-sources.js';
import { refuseSilentSources } from './sources/refuse-silent-sources.js';
import { SecretUse } from './sources/secret-use.js';
import { StripePipeline } from './stripe-pipeline.js';
import { paymentChecks } from './synthetic-checks/payment-checks.js';
import { stripeGauges } from './upkeep/stripe-gauges.js';
import { stripeUpkeep } from './upkeep/stripe-upkeep.js';

/** To Postgres, at most: those of the edge (flushes, sources, the readiness check), of the way of an event, and of everything else. */
const CONNECTIONS = { edge: 4, way: 10, others: 10 };
/** Whoever waits for his webhook's commit has gone by then. Milliseconds. */
const EDGE_STATEMENT_TIMEOUT = 4_000;

export interface RunningPayments {
  readonly url: string;
  /** Refuses new requests, finishes what is under way, hands the rest back. */
  close(): Promise<void>;
}

/**
 * Starts the payments service. Resolves once it answers and has proven to itself that webhooks arrive byte for byte.
 *
 * @throws ClockSkewed, UnfitDatabase, SourceWithoutSecret, EdgeBroken
 */
export async function startPayments(config: PaymentsConfig, logger: Logger): Promise<RunningPayments> {
  const { DATABASE_URL: url, DATABASE_POOLER_URL: poolerUrl, PAYMENTS_ROLES: roles } = config;
  const metrics = createMetrics('payments');
  const masterKey = loadMasterKey({ key: config.MASTER_KEY, file: config.MASTER_KEY_FILE });
  const envelope = new Envelope(masterKey);
  const onIdleError = atMostOnceAMinute((error: Error, keptBack) =>
    logger.warn({ err: error, keptBack }, 'a database connection broke; it is replaced'),
  );
  const pool = { url, name: 'signalbox-payments', onIdleError };
  const database = openDatabase({ ...pool, poolerUrl, maxConnections: CONNECTIONS.others, prepared: AT_REST });
  const way = openDatabase({
    ...pool,
    name: 'signalbox-payments-way',
    maxConnections: CONNECTIONS.way,
    prepared: WAY,
    fixedPlans: true,
  });
  const edgeDatabase = openDatabase({
    url,
    name: 'signalbox-payments-edge',
    maxConnections: CONNECTIONS.edge,
    statementTimeout: EDGE_STATEMENT_TIMEOUT,
    prepared: [RECEIVE],
    fixedPlans: true,
    onIdleError,
  });
  const backend = openQueueBackend({
    redisUrl: config.REDIS_URL,
    databaseUrl: url,
    sql: database,
    prefix: config.QUEUE_PREFIX,
    logger,
  });
  const cipher = new ContentCipher(database, envelope);
  const onEdge = { database: edgeDatabase, cipher: new ContentCipher(edgeDatabase, envelope) };
  const credentials = new CredentialReader(envelope);
  const breakers = new GatewayBreakers(database, logger);
  const callLog = new CallLog(logger, metrics, breakers);
  const pipeline = new StripePipeline({
    database,
    way,
    edge: onEdge,
    backend,
    cipher,
    credentials,
    callLog,
    reconcileSeconds: config.RECONCILE_SECONDS,
    roles,
    logger,
    metrics,
  });
  const { publisher, refetch } = pipeline;
  const braintree = new BraintreeSide({
    database,
    way,
    edge: onEdge,
    credentials,
    publisher,
    breakers,
    logger,
    metrics,
  });
  const { gateway } = braintree;
  const api = new PaymentApi({ database, credentials, callLog, refetch, braintree: gateway, logger, metrics });
  const hold = { years: config.LEGAL_HOLD_YEARS, reason: config.LEGAL_HOLD_REASON };
  const personalData = paymentsPersonalData({ database, envelope, gateways: api.gateways, hold, logger });
  const known = new KnownSources(edgeDatabase, envelope);
  const use = new SecretUse(database, logger);
  const probe = new Probe();
  const chores = [
    breakers,
    use,
    stripeUpkeep(database, logger, config.STRIPE_RETENTION_DAYS),
    stripeGauges(database, logger, metrics),
    dependencyGauges(database, backend, metrics),
    braintreeUpkeep(database, logger, config.STRIPE_RETENTION_DAYS),
  ];
  jobFigures(backend, queuesOf('payments'), metrics);
  const invariant = watchInvariant('ledger', { database, logger, metrics });
  const { calls: stripe } = api;
  const credentialChecks = new CredentialChecks({ database, credentials, stripe, braintree: braintree.calls });
  const checks = paymentChecks({
    database,
    credentialChecks,
    everySeconds: config.SYNTHETIC_CHECK_SECONDS,
    logger,
    metrics,
  });
  const access = await openAccess({ name: 'payments', config, sql: database, logger, metrics });
  const hasEdge = roles.has('edge');
  let edgeProven = !hasEdge;
  const stopParts = async (): Promise<void> => {
    const work = [pipeline, personalData, invariant, ...checks, ...api.janitors];
    await stopPart('work', Promise.all(work.map((part) => part.stop())));
    api.close();
    braintree.close();
    await stopPart('chores', Promise.all(chores.map((chore) => chore.stop())));
    await stopPart('revocations', access.close());
    await stopPart('queues', backend.close());
    await stopPart('connections to Postgres', Promise.all([database, way, edgeDatabase].map((each) => each.close())));
  };
  try {
    await refuseUnfitDatabase({ url, poolerUrl });
    await refuseSkewedClock(database);
    await refuseSilentSources(database, logger);
    for (const chore of chores) chore.start();
    pipeline.start([braintree.handler]);
    if (roles.has('work')) for (const part of [personalData, invariant, ...checks, ...api.janitors]) part.start();
    const { delivered: receiver, offers } = pipeline;
    const figures = new EdgeFigures(metrics);
    const edge = new StripeEdge({ sources: known, receiver, use, probe, figures, logger });
    const service = await startService({
      name: 'payments',
      module: AppModule.with({
        ...{ roles, database, envelope, cipher, known, publisher, api },
        braintree: braintree.edge,
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
        connections: CONNECTIONS.edge + CONNECTIONS.way + (poolerUrl === undefined ? CONNECTIONS.others : 0),
        // One listens for revocations.
        ofQueues: QUEUE_CONNECTIONS + 1,
        roles,
      }),
      signedRoutes: hasEdge ? [stripeRoute(edge), braintreeRoute(braintree.edge)] : [],
      readiness: onceMigrated(edgeDatabase, () =>
        paymentsReadiness({ database: edgeDatabase, offers, edgeProven: () => edgeProven }),
      ),
      title: 'Signalbox payments',
      description:
        "Payments on phones: sheets, captures, refunds, and what the gateways' webhooks told, each taken once.",
    });
    try {
      if (hasEdge) await proveEdge(service.url, probe);
      edgeProven = true;
    } catch (error) {
      await service.close();
      throw error;
    }
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
