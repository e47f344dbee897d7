import type { Sql } from '@signalbox/database';
import type { Logger } from '@signalbox/telemetry';
import { openPostgresBackend } from './postgres-backend.js';
import type { QueueBackend } from './queue-backend.js';
import { openRedisBackend } from './redis-backend.js';

export interface QueueBackendOptions {
  /** `redis://` or `rediss://`; absent: BullMQ keeps its queues in Postgres. */
  readonly redisUrl?: string | undefined;
  readonly databaseUrl: string;
  /** The same database, where the service asks for all that may have happened; a connection of the queues is asked unless told. */
  readonly sql?: Sql;
  /** Redis only. Written as a hash tag (`{signalbox}`): in a cluster each queue has one of its own, see queue-keys.ts. */
  readonly prefix: string;
  readonly logger: Logger;
}

/** Opens the backend that the configuration asks for; connects lazily and keeps trying. */
export function openQueueBackend(options: QueueBackendOptions): QueueBackend {
  return options.redisUrl === undefined
    ? openPostgresBackend(options.databaseUrl, options.logger, options.sql)
    : openRedisBackend(options.redisUrl, options.prefix, options.logger);
}
