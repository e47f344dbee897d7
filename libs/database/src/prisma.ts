import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './generated/client.js';
import { HeardClient } from './heard-client.js';

export { PrismaClient } from './generated/client.js';

/** A Prisma client over node-postgres, for routes where clarity matters more than microseconds. */
export function openPrisma(url: string, name: string): PrismaClient {
  return new PrismaClient({
    adapter: new PrismaPg({ Client: HeardClient, connectionString: url, application_name: name, max: 5 }),
  });
}
