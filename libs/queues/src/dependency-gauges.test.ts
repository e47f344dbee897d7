import { describe, expect, it } from '@jest/globals';
import { newUuid } from '@signalbox/contracts';
import { type Database, openDatabase } from '@signalbox/database';
import { createLogger, createMetrics, type Metrics } from '@signalbox/telemetry';
import { eventually, queueBackends, usePostgres } from '@signalbox/testing';
import { dependencyGauges } from './dependency-gauges.js';
import { openQueueBackend } from './open-queue-backend.js';

const logger = createLogger('test', 'silent');

describe.each(queueBackends())('what a service on the $name backend stands on', ({ name, redisUrl }) => {
  const postgres = usePostgres();

  /** One look. @returns 1 or 0 by dependency. */
  async function look(database: Database, url: string | undefined): Promise<Record<string, number>> {
    const backend = openQueueBackend({
      redisUrl: url,
      databaseUrl: postgres.url(),
      prefix: `{t-${newUuid()}}`,
      logger,
    });
    // A connection that is not there yet is no answer.
    if (url === redisUrl) await eventually(() => backend.ping());
    const metrics = createMetrics('test');
    const chore = dependencyGauges(database, backend, metrics);
    chore.start();
    await chore.stop();
    await backend.close();
    return upOf(metrics);
  }

  async function upOf(metrics: Metrics): Promise<Record<string, number>> {
    const { values } = await metrics.registry.getSingleMetric('dependency_up')!.get();
    return Object.fromEntries(values.map(({ labels, value }) => [`${labels['dependency']}`, value]));
  }

  it('answers', async () => {
    const up = name === 'redis' ? { postgres: 1, redis: 1 } : { postgres: 1 };
    expect(await look(postgres.database(), redisUrl)).toEqual(up);
  });

  it('is told apart when it does not', async () => {
    const nowhere = openDatabase({ url: 'postgres://127.0.0.1:1/nowhere', name: 'away', onIdleError: () => undefined });
    const away = name === 'redis' ? 'redis://127.0.0.1:1' : undefined;
    expect(await look(nowhere, away)).toEqual(name === 'redis' ? { postgres: 0, redis: 0 } : { postgres: 0 });
    await nowhere.close();
  });
});
