import { setTimeout as lasting } from 'node:timers/promises';
import { HeardClient } from './heard-client.js';

export interface ListenOptions {
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly name: string;
  readonly channel: 'signalbox_revocations';
  /** Somebody notified; what of, the database says. */
  readonly onNotice: () => void;
  /** Listening has begun, for the first time or again: whatever was notified before it was missed. */
  readonly onListening: () => void;
  /** The connection is lost or was refused; another one is tried. */
  readonly onTrouble: (error: unknown) => void;
}

export interface Listener {
  close(): Promise<void>;
}

/** Milliseconds between two attempts to connect. */
const AGAIN_AFTER = 500;
/** Milliseconds between two signs of life: a connection whose host is gone says nothing, and would never be noticed. */
const SIGN_OF_LIFE = 5_000;
const SILENCE = 2_000;

/**
 * Listens to a channel over a connection of its own, since notifications come to the session that listens and not to a pool;
 * behind a pooler such as PgBouncer none come at all. Notices only hurry: whoever needs to be sure asks the database from time to
 * time.
 */
export function listen(options: ListenOptions): Listener {
  let client: HeardClient | undefined;
  let again: NodeJS.Timeout | undefined;
  let closed = false;

  const connect = async (): Promise<void> => {
    const fresh = new HeardClient({
      connectionString: options.url,
      application_name: options.name,
      connectionTimeoutMillis: 5_000,
      query_timeout: SILENCE,
      keepAlive: true,
    });
    client = fresh;
    try {
      fresh.on('notification', options.onNotice);
      fresh.on('end', () => lost(fresh, undefined));
      await fresh.connect();
      await fresh.query(`LISTEN ${options.channel}`);
      if (!closed) options.onListening();
    } catch (error) {
      lost(fresh, error);
    }
  };
  const lost = (which: HeardClient, error: unknown): void => {
    if (client !== which) return;
    client = undefined;
    void which.end().catch(() => undefined);
    if (closed) return;
    if (error !== undefined) options.onTrouble(error);
    again = setTimeout(() => void connect(), AGAIN_AFTER);
  };
  const pulse = setInterval(() => {
    const asked = client;
    asked?.query('SELECT 1').catch((error: unknown) => lost(asked, error));
  }, SIGN_OF_LIFE);

  const begun = connect();
  return {
    async close() {
      closed = true;
      clearTimeout(again);
      clearInterval(pulse);
      await begun;
      // A server whose host is gone never says goodbye.
      await Promise.race([client?.end().catch(() => undefined), lasting(SILENCE, undefined, { ref: false })]);
    },
  };
}
