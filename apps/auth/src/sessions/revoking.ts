import { RevocationRelay, revocationSweep } from '@signalbox/access';
import type { Sql } from '@signalbox/database';
import type { Chore } from '@signalbox/resilience';
import type { Logger } from '@signalbox/telemetry';
import type { AuthConfig } from '../config.js';

/** How revocations leave this service: to Redis where there is one, and out of the table when no token can be alive. */
export class Revoking {
  private readonly sweep: Chore;
  private readonly relay: RevocationRelay | undefined;

  constructor(
    { REDIS_URL: redisUrl, DATABASE_URL: databaseUrl, QUEUE_PREFIX: prefix }: AuthConfig,
    sql: Sql,
    logger: Logger,
  ) {
    this.sweep = revocationSweep(sql, logger);
    if (redisUrl !== undefined) this.relay = new RevocationRelay({ sql, databaseUrl, redisUrl, prefix, logger });
  }

  start(): void {
    this.sweep.start();
    this.relay?.start();
  }

  async stop(): Promise<void> {
    await Promise.all([this.sweep.stop(), this.relay?.stop()]);
  }
}
