import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { usePostgres } from '@signalbox/testing';
import { listen } from './listen.js';
import { openDatabase } from './pg-database.js';
import type { Database } from './sql.js';
import { DatabaseUnreachable } from './unreachable.js';

describe('a server that falls silent in the middle of a connection', () => {
  const postgres = usePostgres();
  let wire: Server;
  let sockets: Socket[];
  let database: Database;
  let address: string;

  /** Both ways through a wire that can be cut without either end hearing of it. */
  beforeEach(async () => {
    sockets = [];
    const target = new URL(postgres.url());
    wire = createServer((near) => {
      const far = connect(Number(target.port), target.hostname);
      near.pipe(far).pipe(near);
      for (const socket of [near, far]) socket.on('error', () => undefined);
      sockets.push(near, far);
    }).listen(0, '127.0.0.1');
    await once(wire, 'listening');
    const through = new URL(target);
    through.host = `127.0.0.1:${(wire.address() as AddressInfo).port}`;
    address = through.href;
    database = openDatabase({
      url: address,
      name: 'silent',
      maxConnections: 1,
      statementTimeout: 100,
      onIdleError: () => undefined,
    });
  });

  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await database.close();
    wire.close();
  });

  const cut = (): void => {
    for (const socket of sockets) socket.unpipe().pause();
  };

  it('is given up, and the next statement goes to a new connection', async () => {
    await database.query('SELECT 1');
    cut();
    await expect(database.query('SELECT 2')).rejects.toBeInstanceOf(DatabaseUnreachable);
    expect((await database.query('SELECT 3 AS answer')).rows).toEqual([{ answer: 3 }]);
  }, 15_000);

  it('keeps nobody from closing, neither a pool nor who listens', async () => {
    const pool = openDatabase({ url: address, name: 'silent', maxConnections: 2, onIdleError: () => undefined });
    await Promise.all([pool.query('SELECT 1'), pool.query('SELECT 2')]);
    const begun = Promise.withResolvers<void>();
    const listener = listen({
      ...{ url: address, name: 'silent', channel: 'signalbox_revocations' },
      onNotice: () => undefined,
      onListening: begun.resolve,
      onTrouble: begun.reject,
    });
    await begun.promise;
    cut();
    await Promise.all([pool.close(), listener.close()]);
  }, 15_000);

  it('ends a transaction too, and gives its connection up', async () => {
    const attempt = database.transaction(async (tx) => {
      await tx.query('SELECT 1');
      cut();
      await tx.query('SELECT 2');
    });
    await expect(attempt).rejects.toBeInstanceOf(DatabaseUnreachable);
    expect((await database.query('SELECT 3 AS answer')).rows).toEqual([{ answer: 3 }]);
  }, 15_000);
});
