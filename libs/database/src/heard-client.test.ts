import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase } from './pg-database.js';
import { openPrisma } from './prisma.js';
import { DatabaseUnreachable } from './unreachable.js';

const message = (type: string, body: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
};
const READY = Buffer.concat([message('R', Buffer.alloc(4)), message('Z', Buffer.from('I'))]);
const SHUTDOWN = message(
  'E',
  Buffer.from('SFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0'),
);

describe('a server that shuts down in the packet that says it is ready', () => {
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(Buffer.concat([READY, SHUTDOWN])));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `postgres://nobody@127.0.0.1:${(server.address() as AddressInfo).port}/none`;
  });
  afterAll(() => void server.close());

  it('fails the transaction that wanted the connection, and not the process', async () => {
    const database = openDatabase({ url, name: 'test', onIdleError: () => undefined });
    await expect(database.transaction(() => Promise.resolve())).rejects.toThrow(DatabaseUnreachable);
    await database.close();
  });

  it('fails a transaction of Prisma, too, and not the process', async () => {
    const prisma = openPrisma(url, 'test');
    await expect(prisma.$transaction(() => Promise.resolve())).rejects.toThrow();
    await prisma.$disconnect();
  });
});
