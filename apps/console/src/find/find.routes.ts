import type { Sql } from '@signalbox/database';
import { queryOf } from '@signalbox/html';
import type { Logger } from '@signalbox/telemetry';
import type { FastifyInstance } from 'fastify';
import { readAppNames } from '../apps/app-names.js';
import { sendPage } from '../pages/page.js';
import { findPlaces } from './find.js';
import { findPage } from './find-page.js';
import { whatItNames } from './what-it-names.js';

/** `/find?q=`: straight to the one page that tells of it, or to a choice. */
export async function findRoutes(
  fastify: FastifyInstance,
  { database, logger }: { database: Sql; logger: Logger },
): Promise<void> {
  fastify.get('/find', async (request, reply) => {
    const text = (queryOf(request).get('q') ?? '').trim();
    const named = whatItNames(text);
    const places = named === undefined ? [] : await findPlaces(database, named);
    const [only] = places;
    if (only !== undefined && places.length === 1) return reply.redirect(only.url, 303);
    const apps = places.flatMap(({ appId }) => appId ?? []);
    const names = await readAppNames(database, logger, apps);
    return sendPage(reply, places.length === 0 ? 404 : 200, findPage({ text, places, names }));
  });
}
