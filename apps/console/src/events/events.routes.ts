import { formatId, parseId } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { queryOf } from '@signalbox/html';
import { problems } from '@signalbox/http';
import type { Logger } from '@signalbox/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readAppNames } from '../apps/app-names.js';
import { sendPage } from '../pages/page.js';
import { eventPage } from './event-page.js';
import { eventRows, eventsPage } from './events-page.js';
import { type EventFilter, readEvent, readEvents } from './read-events.js';

interface Parts {
  readonly database: Sql;
  readonly logger: Logger;
}

type ById = FastifyRequest<{ Params: { id: string } }>;

/** `/events`: the log and its facts. `rows=1` answers rows alone, for the script that follows the log. */
export async function eventRoutes(fastify: FastifyInstance, parts: Parts): Promise<void> {
  fastify.get('/events', (request, reply) => showEvents(parts, request, reply));
  fastify.get('/events/:id', (request: ById, reply) => showEvent(parts, request, reply));
}

async function showEvents({ database, logger }: Parts, request: FastifyRequest, reply: FastifyReply) {
  const query = queryOf(request);
  const filter = filterOf(query);
  const found = await readEvents(database, filter);
  const names = await readAppNames(
    database,
    logger,
    found.events.map(({ appId }) => formatId('app', appId)),
  );
  if (!query.has('rows')) return sendPage(reply, 200, eventsPage({ ...found, filter, names }));
  const rows = eventRows(found.events, names).map(({ text }) => text);
  return reply.type('text/html; charset=utf-8').send(rows.join(''));
}

async function showEvent({ database, logger }: Parts, request: ById, reply: FastifyReply) {
  const id = parseId('event', request.params.id);
  const event = id === undefined ? undefined : await readEvent(database, id);
  if (event === undefined)
    throw problems.notFound('There is no such event. Perhaps its day is past what the log keeps.');
  const names = await readAppNames(database, logger, [formatId('app', event.appId)]);
  return sendPage(reply, 200, eventPage(event, names));
}

/** Empty fields of the form mean all. */
function filterOf(query: URLSearchParams): EventFilter {
  const given = (name: string): string | undefined => {
    const value = (query.get(name) ?? '').trim();
    return value === '' ? undefined : value;
  };
  const [subject, type, app, before, after] = ['subject', 'type', 'app', 'before', 'after'].map(given);
  return { subject, type, app, before, after };
}
