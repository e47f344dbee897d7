import { parseId } from '@signalbox/contracts';
import { formOf, queryOf } from '@signalbox/html';
import { problems } from '@signalbox/http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readAppNames } from '../apps/app-names.js';
import { act } from '../pages/act.js';
import { takeMessage } from '../pages/message.js';
import { sendPage } from '../pages/page.js';
import type { DeadLetterPages } from './dead-letter-pages.js';
import { groupsPage } from './groups-page.js';
import { groupOf } from './letter-group.js';
import { letterPage } from './letter-page.js';
import { discardLetter, readGroups, readLetter, readLetters, readRuns, replayLetter } from './letters-of-push.js';
import { lettersPage } from './letters-page.js';
import { runRoutes } from './runs.routes.js';

type OfLetter = FastifyRequest<{ Params: { id: string } }>;

/** `/dead-letters`: pages and forms over what the push service holds. */
export async function deadLetterRoutes(fastify: FastifyInstance, parts: DeadLetterPages): Promise<void> {
  const { push, logger } = parts;
  fastify.get('/dead-letters', (request, reply) => showGroups(parts, request, reply));
  fastify.get('/dead-letters/list', (request, reply) => showLetters(parts, request, reply));
  await runRoutes(fastify, parts);
  fastify.get('/dead-letters/:id', (request: OfLetter, reply) => showLetter(parts, request, reply));

  fastify.post('/dead-letters/:id/replay', (request: OfLetter, reply) => {
    const id = letterId(request);
    const work = async () => `Sent again as ${(await replayLetter(push, id)).replayId ?? 'another delivery'}.`;
    return act(logger, request, reply, { to: `/dead-letters/${id}`, work });
  });
  fastify.post('/dead-letters/:id/discard', (request: OfLetter, reply) => {
    const id = letterId(request);
    const work = async () => {
      await discardLetter(push, id, formOf(request).get('note') ?? '');
      return 'Discarded.';
    };
    return act(logger, request, reply, { to: `/dead-letters/${id}`, work });
  });
}

async function showGroups({ push, database, logger }: DeadLetterPages, request: FastifyRequest, reply: FastifyReply) {
  const [groups, { items: runs }] = await Promise.all([readGroups(push), readRuns(push)]);
  const appIds = [...groups, ...runs].map(({ appId }) => appId);
  const names = await readAppNames(database, logger, appIds);
  return sendPage(reply, 200, groupsPage({ groups, runs, names, message: takeMessage(request, reply) }));
}

async function showLetters({ push, database, logger }: DeadLetterPages, request: FastifyRequest, reply: FastifyReply) {
  const given = queryOf(request);
  const query = { group: groupOf(given), state: given.get('state') ?? 'open', after: given.get('after') ?? '' };
  const letters = await readLetters(push, query);
  const appIds = [...letters.items.map(({ appId }) => appId), query.group.appId ?? ''];
  const names = await readAppNames(database, logger, appIds);
  return sendPage(reply, 200, lettersPage({ ...query, letters, names, message: takeMessage(request, reply) }));
}

async function showLetter({ push, database, logger }: DeadLetterPages, request: OfLetter, reply: FastifyReply) {
  const letter = await readLetter(push, letterId(request));
  const names = await readAppNames(database, logger, [letter.appId]);
  return sendPage(reply, 200, letterPage({ letter, names, message: takeMessage(request, reply) }));
}

/** @throws Problem 404 for what cannot be the id of a letter, and must not become a part of an address. */
function letterId(request: OfLetter): string {
  const { id } = request.params;
  if (parseId('delivery', id) === undefined) throw problems.notFound('There is no such dead letter.');
  return id;
}
