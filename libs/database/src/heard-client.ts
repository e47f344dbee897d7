import pg from 'pg';

/**
 * A client whose errors are always heard. A pool hands a new connection over in the middle of what it just read: when the
 * server says in the same packet that it is ready and that it shuts down, the error comes before its new holder can listen,
 * and an error event that nobody hears ends the process. Whoever uses the connection is told by the next query all the same.
 */
export class HeardClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}
