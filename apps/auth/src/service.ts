import { openAccess } from '@signalbox/access';
import { Envelope, loadMasterKey } from '@signalbox/credentials';
import {
  openDatabase,
  openPrisma,
  PRISMA_CONNECTIONS,
  type PrismaClient,
  refuseSkewedClock,
  refuseUnfitDatabase,
} from '@signalbox/database';
import { allow, onceMigrated, type Readiness, selfOf, startService } from '@signalbox/http';
import { openQueueBackend, QUEUE_CONNECTIONS } from '@signalbox/queues';
import { stopPart } from '@signalbox/resilience';
import { createMetrics, type Logger } from '@signalbox/telemetry';
import { AccountSide } from './account-side.js';
import { accountHoldings } from './accounts/holdings.js';
import { appProfiles } from './accounts/app-profiles.js';
import { ANOMALY_HOLDINGS } from './anomalies/personal-data/anomaly-holdings.js';
import { KeyExchange } from './api-keys/key-exchange.js';
import { AppModule } from './app.module.js';
import type { AuthConfig } from './config.js';
import { ENGINE_PATHS, mountEngine } from './engine/mount.js';
import { FIND_REFRESH_TOKEN, ROTATE_REFRESH_TOKEN } from './engine/records/records.queries.js';
import { factorsHolding } from './mfa/factors/factors-holding.js';
import { pageParts } from './page-parts.js';
import { PAGE_PATHS, signInPages } from './pages/sign-in-pages.js';
import { endSessionsBy } from './personal-data/end-sessions.js';
import { OperatorDesk } from './operators/operator-desk.js';
import { PersonalData } from './personal-data/personal-data.js';
import { ownId } from './personal-data/own-id.js';
import { Revoking } from './sessions/revoking.js';
import { SignInSide } from './sign-in-side.js';
import { TokenIssuers } from './token-issuers/token-issuers.js';

/** To Postgres, beside those of Prisma. */
const CONNECTIONS = 10;

export interface RunningAuth {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the auth service. Resolves once it answers. @throws ClockSkewed, UnfitDatabase */
export async function startAuth(config: AuthConfig, logger: Logger): Promise<RunningAuth> {
  const masterKey = loadMasterKey({ key: config.MASTER_KEY, file: config.MASTER_KEY_FILE });
  const envelope = new Envelope(masterKey);
  const prisma = openPrisma(config.DATABASE_POOLER_URL ?? config.DATABASE_URL, 'signalbox-auth');
  const database = openDatabase({
    url: config.DATABASE_URL,
    poolerUrl: config.DATABASE_POOLER_URL,
    name: 'signalbox-auth',
    prepared: PREPARED,
    maxConnections: CONNECTIONS,
    onIdleError: (error) => logger.warn({ err: error }, 'a database connection broke; it is replaced'),
  });
  const metrics = createMetrics('auth');
  const { ISSUER: issuer, API_AUDIENCE: audience, AUTH_ALLOW_PRIVATE: allowPrivate = false } = config;
  const signIn: SignInSide = new SignInSide({
    ...{ database, envelope, logger, metrics, issuer },
    apiAudience: audience,
    signingKeyDays: config.SIGNING_KEY_DAYS,
    allowPrivate,
    beginRecovery: (user) => accounts.accounts.recovery.begin(user),
  });
  const { REDIS_URL: redisUrl, DATABASE_URL: databaseUrl, QUEUE_PREFIX: prefix } = config;
  const backend = openQueueBackend({ redisUrl, databaseUrl, sql: database, prefix, logger });
  const profileOf = appProfiles(database, signIn.settings);
  const accounts = new AccountSide({
    ...{ database, backend, envelope, logger, metrics, issuer },
    profileOf,
    endSessions: (tx, of) => signIn.sessions.revokeAll(tx, of),
    dropWaysIn: async (tx, user) => {
      await signIn.mfa.factors.removeAll(tx, user);
      await signIn.social.dropIdentities(tx, user);
    },
    dropSince: (tx, user, since) => signIn.dropSince(tx, user, since),
    smtpUrl: config.SMTP_URL,
    mailFrom: config.MAIL_FROM,
    threads: config.UV_THREADPOOL_SIZE,
  });
  const personalData = new PersonalData({
    ...{ database, envelope, logger, metrics, issuer },
    signer: signIn.keys,
    endSessions: endSessionsBy(signIn.sessions),
    services: config.DATA_REQUEST_SERVICES,
    dueHours: config.DATA_REQUEST_DUE_HOURS,
    holdings: [...signIn.social.holdings(), ...accountHoldings(ownId), factorsHolding, ...ANOMALY_HOLDINGS],
  });
  const revoking = new Revoking(config, database, logger);
  let closeAccess = async (): Promise<void> => undefined;
  const closeStores = async (): Promise<void> => {
    await stopPart('revocations', closeAccess());
    await stopPart('work', Promise.all([personalData.stop(), revoking.stop(), accounts.stop()]));
    await stopPart('sign-in', signIn.stop());
    await stopPart('queues', backend.close());
    await stopPart('connections to Postgres', Promise.all([prisma.$disconnect(), database.close()]));
  };
  try {
    await refuseUnfitDatabase({ url: config.DATABASE_URL, poolerUrl: config.DATABASE_POOLER_URL });
    await refuseSkewedClock(database);
    await signIn.start();
    accounts.start();
    personalData.start();
    revoking.start();
    const access = await openAccess({
      name: 'auth',
      config: { ...config, AUTH_ISSUER: issuer, PUBLIC_URL: issuer },
      sql: database,
      logger,
      metrics,
      ownKeys: () => signIn.keys.keySet,
    });
    closeAccess = () => access.close();
    const service = await startService({
      name: 'auth',
      module: AppModule.with({
        ...{ prisma, database, envelope, signIn, personalData },
        accounts: accounts.accounts,
        exchange: new KeyExchange({ signer: signIn.keys, issuer, audience }),
        tokenIssuers: new TokenIssuers({ prisma, ownIssuer: issuer, allowPrivate }),
        operators: new OperatorDesk({
          ...{ database, issuer, passwords: accounts.accounts.passwords },
          endSessions: (tx, of) => signIn.sessions.revokeAll(tx, of),
        }),
      }),
      host: config.HOST,
      port: config.PORT,
      drainSeconds: config.DRAIN_SECONDS,
      logger,
      metrics,
      authenticator: access.authenticator,
      limiter: access.limiter,
      keyTrailIn: database,
      hasSecondFactor: signIn.mfa.hasSecondFactor,
      readiness: onceMigrated(database, () => authReadiness(prisma, accounts)),
      title: 'Signalbox auth',
      description: 'Apps, their provider credentials and their API keys; users, and how they sign in (OpenID Connect).',
      extraRoutes: [
        ...ENGINE_PATHS.map((prefix) => ({ prefix, allow: PROTOCOL })),
        ...PAGE_PATHS.map((prefix) => ({ prefix, allow: PAGES })),
      ],
      signedRoutes: signIn.social.signedRoutes,
      onFastify: async (fastify) => {
        await mountEngine(fastify, signIn.engine, { issuer, callsPerMinute: config.SIGN_IN_CALLS_PER_MINUTE });
        const parts = pageParts({
          ...{ signIn, database, envelope, profileOf, issuer, logger },
          accounts: accounts.accounts,
        });
        await fastify.register((scope) => signInPages(scope, parts));
      },
      trustedProxies: config.TRUSTED_PROXIES,
      self: selfOf(config, masterKey, {
        connections: config.DATABASE_POOLER_URL === undefined ? CONNECTIONS + PRISMA_CONNECTIONS : 0,
        // One listens for revocations.
        ofQueues: QUEUE_CONNECTIONS + 1,
      }),
    });
    return {
      url: service.url,
      close: async () => {
        await service.close();
        await closeStores();
      },
    };
  } catch (error) {
    await closeStores();
    throw error;
  }
}

/** What every refresh does, and what is asked again and again while nothing happens. */
const PREPARED = [FIND_REFRESH_TOKEN, ROTATE_REFRESH_TOKEN];

const PAGES = allow.publicly('whoever signs in is nobody yet; what a visitor may see is bound to its browser');

const PROTOCOL = allow.publicly('OAuth: clients, codes and tokens say who is calling, and the engine checks them');

/** A real read of a real table: a database that is up but not migrated is not ready. Mails that wait keep nobody from signing in. */
async function authReadiness(prisma: PrismaClient, accounts: AccountSide): Promise<Readiness> {
  const answers = await prisma.app.findFirst({ select: { id: true } }).then(
    () => true,
    () => false,
  );
  const database = answers ? 'ok' : 'does not answer, or is not migrated';
  return { ready: answers, checks: { database, mail: accounts.mail.describe() } };
}
