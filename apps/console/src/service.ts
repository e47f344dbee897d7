import { refuseUnfitDatabase } from '@signalbox/database';
import { type Authenticator, allow, onceMigrated, problems, startService } from '@signalbox/http';
import { openQueueBackend } from '@signalbox/queues';
import { createMetrics, type Logger } from '@signalbox/telemetry';
import { AppModule } from './app.module.js';
import { mountBoard } from './board/board.js';
import type { ConsoleConfig } from './config.js';
import { forwardRoutes } from './dead-letters/forward.routes.js';
import { readFigures } from './figures/read-figures.js';
import { ActionJournal } from './journal/action-journal.js';
import { recordActions } from './operator-actions.js';
import { operatorPages } from './operator-pages.js';
import { openReadOnly } from './overview/read-only-database.js';
import { ServiceClient } from './services/service-client.js';
import { sayOfPush } from './services/say-of-push.js';
import { RouteRoles } from './roles/route-roles.js';
import { SandboxControl } from './sandbox/sandbox-control.js';
import { accountRoutes } from './sign-in/account.routes.js';
import { AttemptLimit } from './sign-in/attempt-limit.js';
import { AuthDoor } from './sign-in/auth-door.js';
import { OperatorDirectory } from './sign-in/operator-directory.js';
import { OperatorPassword } from './sign-in/operator-password.js';
import { guardBySession } from './sign-in/session-gate.js';
import { Sessions } from './sign-in/sessions.js';
import { signInRoutes } from './sign-in/sign-in.routes.js';

export interface RunningConsole {
  readonly url: string;
  close(): Promise<void>;
}

/** Ten guesses in a row, then two a minute. */
const GUESSES = { attempts: 10, refill: 30_000 } as const;

const GLANCE_MS = 1_500;

/** Nothing here is called with an API key. */
const NO_KEYS: Authenticator = {
  verify: () => Promise.reject(problems.unauthenticated('The console knows no API keys; sign in at /login.')),
};

/** Starts the operators' console. Resolves once it answers. @throws UnfitDatabase */
export async function startConsole(config: ConsoleConfig, logger: Logger): Promise<RunningConsole> {
  const password = new OperatorPassword(config.OPERATOR_PASSWORD);
  const sessions = new Sessions(password.sessionKey());
  const database = openReadOnly(config.DATABASE_URL, logger);
  const backend = openQueueBackend({
    redisUrl: config.REDIS_URL,
    databaseUrl: config.DATABASE_URL,
    prefix: config.QUEUE_PREFIX,
    logger,
  });
  const toPush = { service: 'push', url: config.PUSH_URL, operatorToken: config.OPERATOR_TOKEN, logger } as const;
  const push = new ServiceClient(toPush);
  const events =
    config.EVENTS_URL === undefined
      ? undefined
      : new ServiceClient({ ...toPush, url: config.EVENTS_URL, service: 'events' });
  const sandbox = config.SANDBOX_URL === undefined ? undefined : new SandboxControl(config.SANDBOX_URL, logger);
  const directory = new OperatorDirectory(database, logger);
  const door = doorOf(config, logger);
  // Nobody's action waits long for its record.
  const journal = new ActionJournal(new ServiceClient({ ...toPush, changeWithin: GLANCE_MS }), logger);
  // Sooner than whoever asks about readiness gives up.
  const glance = new ServiceClient({ ...toPush, readWithin: GLANCE_MS });
  const closeStores = async (): Promise<void> => {
    await Promise.all([backend.close(), database.close()]);
  };
  try {
    await refuseUnfitDatabase({ url: config.DATABASE_URL, poolerUrl: undefined });
    const service = await startService({
      name: 'console',
      module: AppModule,
      host: config.HOST,
      port: config.PORT,
      drainSeconds: config.DRAIN_SECONDS,
      logger,
      metrics: createMetrics('console'),
      authenticator: NO_KEYS,
      readiness: onceMigrated(database, async () => {
        const [answers, ofPush] = await Promise.all([
          readFigures(database).then(
            () => true,
            () => false,
          ),
          sayOfPush(glance),
        ]);
        const ofDatabase = answers ? 'ok' : 'does not answer, or is not migrated';
        // Pages that need no push are there without it.
        return { ready: answers, checks: { database: ofDatabase, push: ofPush } };
      }),
      title: 'Signalbox console',
      description: 'Pages for operators.',
      extraRoutes: [{ prefix: '/', allow: allow.publicly('the session gate asks for a signed-in operator first') }],
      onFastify: async (fastify) => {
        const routeRoles = new RouteRoles();
        fastify.decorate('routeRoles', routeRoles);
        routeRoles.watch(fastify);
        guardBySession(fastify, sessions, directory);
        recordActions(fastify, logger, journal);
        await fastify.register(signInRoutes, {
          ...{ password, sessions, limit: new AttemptLimit(GUESSES), journal, logger },
          door,
        });
        if (door !== undefined) await fastify.register(accountRoutes, { door, sessions, directory, journal, logger });
        await fastify.register(operatorPages, {
          ...{ push, events, sandbox, database, logger, backend },
          portBase: config.PORT_BASE,
        });
        await fastify.register(forwardRoutes, { push });
        await mountBoard(fastify, backend);
      },
    });
    return {
      url: service.url,
      close: async () => {
        await service.close();
        await journal.close();
        await closeStores();
      },
    };
  } catch (error) {
    await closeStores();
    throw error;
  }
}

/** Undefined where operators have no accounts of their own. */
function doorOf(config: ConsoleConfig, logger: Logger): AuthDoor | undefined {
  const { AUTH_ISSUER: issuer, OPERATOR_CLIENT_ID: clientId, OPERATOR_CLIENT_SECRET: clientSecret } = config;
  if (issuer === undefined || clientId === undefined) return undefined;
  const publicUrl = config.PUBLIC_URL ?? `http://${config.HOST}:${config.PORT}`;
  return new AuthDoor({ issuer, reachedAt: config.AUTH_URL, clientId, clientSecret, publicUrl, logger });
}
