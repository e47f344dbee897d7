/** This machine has no Postgres for us; the message says what to do. */
export class PostgresUnavailable extends Error {
  override readonly name = 'PostgresUnavailable';
}

/** The data directory cannot be used as it is; nothing in it was changed. */
export class DataDirectoryRefused extends Error {
  override readonly name = 'DataDirectoryRefused';
}

/** Somebody else listens on the port. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';

  constructor(readonly port: number) {
    super(`port ${port} on 127.0.0.1 is taken by another program`);
  }
}

/** The server process ended, or stayed silent, before it accepted connections. */
export class PostgresDidNotStart extends Error {
  override readonly name = 'PostgresDidNotStart';
}
