import { formatId, parseId } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { problems } from '@signalbox/http';
import type { Logger } from '@signalbox/telemetry';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readAppNames } from '../apps/app-names.js';
import { appListWish } from '../apps/read-app-list.js';
import { sendPage } from '../pages/page.js';
import { keyPage } from './key-page.js';
import { keysPage } from './keys-page.js';
import { readKey, readKeys, readTrail } from './read-keys.js';

type ById = FastifyRequest<{ Params: { id: string } }>;

/** `/keys`, of all apps or of `?app=`, and `/keys/{id}`: what a key was used for. */
export async function keyRoutes(
  fastify: FastifyInstance,
  { database, logger }: { database: Sql; logger: Logger },
): Promise<void> {
  fastify.get('/keys', async (request, reply) => {
    const wish = appListWish(request);
    const found = await readKeys(database, wish);
    const apps = found.rows.map(({ appId }) => formatId('app', appId));
    const names = await readAppNames(database, logger, apps);
    return sendPage(reply, 200, keysPage({ ...found, app: wish.app, names }));
  });

  fastify.get('/keys/:id', async (request: ById, reply) => {
    const id = parseId('key', request.params.id);
    const key = id === undefined ? undefined : await readKey(database, id);
    if (key === undefined) throw problems.notFound('There is no such API key.');
    const [trail, names] = await Promise.all([
      readTrail(database, key.id),
      readAppNames(database, logger, [formatId('app', key.appId)]),
    ]);
    return sendPage(reply, 200, keyPage({ key, trail, names }));
  });
}
