import { DEFAULT_SCHEMA } from 'bullmq';
import pg from 'pg';

/** Connections that a process opens at most where its queues are in Postgres. */
export const QUEUE_CONNECTIONS = 20;

/**
 * The pool that BullMQ works on, in the schema that it expects. BullMQ waits before it tries again only where an error
 * looks like a refused connection; a Postgres that is starting up refuses in other words (SQLSTATE 57P03), on which its
 * workers would spin without a pause. So every failed connect is given the code it knows.
 *
 * Jobs are wake-up calls, so their commits do not wait for the disk: BullMQ notifies in each of them, and Postgres lets only one
 * transaction commit a NOTIFY at a time. A crash loses the last of them; see `epoch` in postgres-backend.ts. What is owed
 * is written over other connections, which wait.
 */
export function openQueuePool(databaseUrl: string): pg.Pool {
  return new pg.Pool({
    Client: RefusedAlike,
    connectionString: databaseUrl,
    options: `-c search_path=${DEFAULT_SCHEMA} -c synchronous_commit=off`,
    application_name: 'signalbox-queues',
    max: QUEUE_CONNECTIONS,
    keepAlive: true,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: 5_000,
  });
}

type Connected = ((error: Error) => void) | ((error: null, client: pg.Client) => void);

class RefusedAlike extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    // BullMQ listens for errors only some time after it took a connection for LISTEN. A server that dies in between would
    // end this process, since nobody hears of it. Whoever uses the connection is told by its next query all the same.
    this.on('error', () => undefined);
  }

  override connect(): Promise<pg.Client>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<pg.Client> | undefined {
    const done = callback as ((error: Error | null, client?: pg.Client) => void) | undefined;
    if (done === undefined) {
      return super.connect().catch((error: unknown) => {
        throw refusedConnection(error as Error);
      });
    }
    super.connect((error: Error | null | undefined) => {
      if (error) done(refusedConnection(error));
      else done(null, this);
    });
    return undefined;
  }
}

function refusedConnection(error: Error): Error {
  return Object.assign(new Error(`the database took no connection: ${error.message}`, { cause: error }), {
    code: 'ECONNREFUSED',
  });
}
