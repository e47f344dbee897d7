import { broadcastView, formatId, parseId } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { problems } from '@signalbox/http';
import type { Logger } from '@signalbox/telemetry';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readAppNames } from '../apps/app-names.js';
import { appListWish } from '../apps/read-app-list.js';
import { act } from '../pages/act.js';
import { takeMessage } from '../pages/message.js';
import { sendPage } from '../pages/page.js';
import type { ServiceClient } from '../services/service-client.js';
import { broadcastPage } from './broadcast-page.js';
import { broadcastsPage } from './broadcasts-page.js';
import { readBroadcasts } from './read-broadcasts.js';

export interface BroadcastPages {
  readonly database: Sql;
  readonly push: ServiceClient;
  readonly logger: Logger;
}

type ById = FastifyRequest<{ Params: { id: string } }>;

const STEERED = {
  pause: 'It is paused. What providers are being sent already is sent.',
  resume: 'It goes on, slowly at first.',
  cancel: 'It is cancelled: whoever does not have it yet does not get it.',
} as const;

/** `/broadcasts`, of all apps or of `?app=`; `/broadcasts/{id}` as push tells of it, and what steers it. */
export async function broadcastRoutes(fastify: FastifyInstance, parts: BroadcastPages): Promise<void> {
  const { database, push, logger } = parts;
  fastify.get('/broadcasts', async (request, reply) => {
    const wish = appListWish(request);
    const found = await readBroadcasts(database, wish);
    const apps = found.rows.map(({ appId }) => formatId('app', appId));
    const names = await readAppNames(database, logger, apps);
    return sendPage(reply, 200, broadcastsPage({ ...found, app: wish.app, names }));
  });

  fastify.get('/broadcasts/:id', async (request: ById, reply) => {
    const broadcast = await push.ask(broadcastView, 'GET', `/v1/broadcasts/${broadcastOf(request)}`);
    return sendPage(reply, 200, broadcastPage(broadcast, takeMessage(request, reply)));
  });

  for (const [how, said] of Object.entries(STEERED)) {
    fastify.post(`/broadcasts/:id/${how}`, (request: ById, reply) => {
      const id = broadcastOf(request);
      const work = async () => {
        await push.ask(broadcastView, 'POST', `/v1/broadcasts/${id}/${how}`);
        return said;
      };
      return act(logger, request, reply, { to: `/broadcasts/${id}`, work });
    });
  }
}

/** @throws Problem 404 for what cannot be the id of a broadcast, and must not become a part of an address. */
function broadcastOf({ params: { id } }: ById): string {
  if (parseId('broadcast', id) === undefined) throw problems.notFound('There is no such broadcast.');
  return id;
}
