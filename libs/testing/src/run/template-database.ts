import { migrate, OWN_MIGRATIONS } from '@signalbox/database';
import { PostgresServer } from '@signalbox/embedded-postgres';
import { migrateQueueBackend } from '@signalbox/queues';

/** Speed over durability: nobody misses this cluster after a crash. Suites about crashes open their own. */
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: 300,
  shared_buffers: '128MB',
  max_wal_size: '512MB',
};

/** A server with one migrated database that nobody connects to, so that it can be cloned at any time. */
export interface Template {
  /** Of the database `postgres`, where clones are made and dropped. */
  readonly url: string;
  readonly name: string;
  close(): Promise<void>;
}

export async function openTemplate(directory: string): Promise<Template> {
  const server = await PostgresServer.open({ directory, port: 0, settings: SETTINGS, throwaway: true });
  const name = 'signalbox_template';
  await server.ensureDatabase(name);
  await migrate(server.url(name), OWN_MIGRATIONS);
  await migrateQueueBackend(server.url(name));
  return { url: server.url(), name, close: () => server.discard() };
}
