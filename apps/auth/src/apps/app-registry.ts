import { formatId, newUuid, parseId, type Uuid } from '@signalbox/contracts';
import { type PrismaClient, prismaSql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { type Page, toPage } from '@signalbox/http';
import type { AppView, NewApp } from './app.schemas.js';

/** An app as the rest of this service sees it. */
export interface App {
  readonly id: Uuid;
  readonly name: string;
  readonly mode: 'live' | 'test';
  readonly createdAt: Date;
}

/** The apps: each is one mobile app with its own keys, credentials and devices. */
export class AppRegistry {
  constructor(private readonly prisma: PrismaClient) {}

  async create({ name, mode }: NewApp): Promise<AppView> {
    const id = newUuid();
    return this.prisma.$transaction(async (tx) => {
      const row = await tx.app.create({ data: { id, name, mode } });
      await append(prismaSql(tx), [{ appId: id, type: 'app.created', subject: formatId('app', id), data: { name } }]);
      return view(toApp(row));
    });
  }

  /** Apps in the order they were made, behind the app `after` (a public id; one that never existed gives an empty page). */
  async list(after: string | undefined, limit: number): Promise<Page<AppView>> {
    const from = after === undefined ? undefined : parseId('app', after);
    if (after !== undefined && from === undefined) return { items: [], next: null };
    const rows = await this.prisma.app.findMany({
      ...(from === undefined ? {} : { where: { id: { gt: from } } }),
      orderBy: { id: 'asc' },
      take: limit + 1,
    });
    return toPage(
      rows.map((row) => view(toApp(row))),
      limit,
    );
  }

  /** The app with this public id, or `undefined` for one that does not exist or cannot. */
  async find(publicId: string): Promise<App | undefined> {
    const id = parseId('app', publicId);
    if (id === undefined) return undefined;
    const row = await this.prisma.app.findUnique({ where: { id } });
    return row === null ? undefined : toApp(row);
  }
}

export function view(app: App): AppView {
  return { id: formatId('app', app.id), name: app.name, mode: app.mode, createdAt: app.createdAt.toISOString() };
}

/** The database's check constraint allows no other mode. */
function toApp(row: { id: string; name: string; mode: string; createdAt: Date }): App {
  return { ...row, mode: row.mode === 'live' ? 'live' : 'test' };
}
