import { Envelope, loadMasterKey } from '@signalbox/credentials';
import { openDatabase, openPrisma, type PrismaClient, refuseSkewedClock } from '@signalbox/database';
import { ApiKeyAuthenticator, type Readiness, startService } from '@signalbox/http';
import { createMetrics, type Logger } from '@signalbox/telemetry';
import { AppModule } from './app.module.js';
import type { AuthConfig } from './config.js';

export interface RunningAuth {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the auth service. Resolves once it answers. @throws ClockSkewed */
export async function startAuth(config: AuthConfig, logger: Logger): Promise<RunningAuth> {
  const envelope = new Envelope(loadMasterKey({ key: config.MASTER_KEY, file: config.MASTER_KEY_FILE }));
  const prisma = openPrisma(config.DATABASE_URL, 'signalbox-auth');
  const database = openDatabase({
    url: config.DATABASE_URL,
    name: 'signalbox-auth',
    maxConnections: 2,
    onIdleError: (error) => logger.warn({ err: error }, 'a database connection broke; it is replaced'),
  });
  const closeStores = async (): Promise<void> => {
    await Promise.all([prisma.$disconnect(), database.close()]);
  };
  try {
    await refuseSkewedClock(database);
    const service = await startService({
      name: 'auth',
      module: AppModule.with(prisma, envelope),
      host: config.HOST,
      port: config.PORT,
      logger,
      metrics: createMetrics('auth'),
      authenticator: new ApiKeyAuthenticator(database, { operatorToken: config.OPERATOR_TOKEN }),
      readiness: () => databaseReadiness(prisma),
      title: 'Signalbox auth',
      description: 'Apps, their provider credentials and their API keys.',
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

/** A real read of a real table: a database that is up but not migrated is not ready. */
async function databaseReadiness(prisma: PrismaClient): Promise<Readiness> {
  const answers = await prisma.app.findFirst({ select: { id: true } }).then(
    () => true,
    () => false,
  );
  return { ready: answers, checks: { database: answers ? 'ok' : 'does not answer, or is not migrated' } };
}
