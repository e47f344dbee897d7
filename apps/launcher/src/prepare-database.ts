import { migrate, OWN_MIGRATIONS } from '@signalbox/database';
import { PortTaken, PostgresServer } from '@signalbox/embedded-postgres';
import { migrateQueueBackend } from '@signalbox/queues';
import { checkPorts } from './run/check-ports.js';
import type { StateFolder } from './run/state-folder.js';

const DATABASE = 'signalbox';

/** Durable, as everything accepted must outlive a crash; connections for all services with room to spare. */
const SETTINGS = { max_connections: 200, shared_buffers: '128MB', max_wal_size: '2GB' };

/** @throws LaunchRefused for a taken port; that is known only once an orphan of ours has been stopped. */
export async function openPostgres(
  folder: StateFolder,
  port: number,
  onNotice: (line: string) => void,
): Promise<PostgresServer> {
  try {
    return await PostgresServer.open({ directory: folder.path('postgres'), port, settings: SETTINGS, onNotice });
  } catch (error) {
    if (error instanceof PortTaken) await checkPorts({ postgres: port });
    throw error;
  }
}

/**
 * Brings the database up to date: our tables first, then BullMQ's own, before any worker runs; a BullMQ worker without
 * its tables spins on the error.
 *
 * @returns the connection string for services.
 */
export async function prepareDatabase(server: PostgresServer): Promise<string> {
  await server.ensureDatabase(DATABASE);
  const url = server.url(DATABASE);
  await migrate(url, OWN_MIGRATIONS);
  await migrateQueueBackend(url);
  return url;
}
