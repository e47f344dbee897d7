import { formatId, parseId } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { queryOf } from '@signalbox/html';
import { problems } from '@signalbox/http';
import type { Logger } from '@signalbox/telemetry';
import type { FastifyInstance } from 'fastify';
import { readAppNames } from '../apps/app-names.js';
import { LONGEST_NAME } from '../find/what-it-names.js';
import { sendPage } from '../pages/page.js';
import { readUser } from './read-user.js';
import { userPage } from './user-page.js';

/** `/users?app=&user=&before=`: in the query, as a user's name may hold anything. */
export async function userRoutes(
  fastify: FastifyInstance,
  { database, logger }: { database: Sql; logger: Logger },
): Promise<void> {
  fastify.get('/users', async (request, reply) => {
    const query = queryOf(request);
    const userId = query.get('user') ?? '';
    const app = query.get('app') ?? '';
    const appId = parseId('app', app);
    if (appId === undefined || userId === '' || userId.length > LONGEST_NAME || userId.includes('\0')) {
      throw problems.notFound('There is no such user; look for one in the field above.');
    }
    const now = Date.now();
    // What came in this very moment is shown, too.
    const before = Number(query.get('before')) || now + 1_000;
    const [story, names] = await Promise.all([
      readUser(database, appId, userId, before),
      readAppNames(database, logger, [app]),
    ]);
    return sendPage(reply, 200, userPage({ ...story, appId: formatId('app', appId), userId, names, now }));
  });
}
