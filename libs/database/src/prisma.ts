import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './generated/client.js';
import { HeardClient } from './heard-client.js';

export { PrismaClient } from './generated/client.js';

/** Connections of such a client, at most. */
export const PRISMA_CONNECTIONS = 5;

/** A Prisma client over node-postgres, for routes where clarity matters more than microseconds. */
export function openPrisma(url: string, name: string): PrismaClient {
  return new PrismaClient({
    adapter: new PrismaPg({
      Client: HeardClient,
      connectionString: url,
      application_name: name,
      max: PRISMA_CONNECTIONS,
    }),
  });
}
