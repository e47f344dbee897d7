import { formatId, parseId } from '@signalbox/contracts';
import { formOf, queryOf } from '@signalbox/html';
import { problems } from '@signalbox/http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readAppNames } from '../apps/app-names.js';
import { act } from '../pages/act.js';
import { takeMessage } from '../pages/message.js';
import { sendPage } from '../pages/page.js';
import type { DeadLetterPages } from './dead-letter-pages.js';
import { groupOf } from './letter-group.js';
import { readRun, readRuns, startRun, stopRun } from './letters-of-push.js';
import { howFar, runPage } from './run-page.js';
import { runsPage } from './runs-page.js';
import { sentenceOfRun } from './sentence-of-run.js';

type OfRun = FastifyRequest<{ Params: { id: string } }>;

/** `/dead-letters/runs`: what is done about whole groups. `part=1` answers how far one is, for the script that follows it. */
export async function runRoutes(fastify: FastifyInstance, parts: DeadLetterPages): Promise<void> {
  const { push, logger } = parts;
  fastify.get('/dead-letters/runs', (request, reply) => showRuns(parts, request, reply));
  fastify.get('/dead-letters/runs/:id', (request: OfRun, reply) => showRun(parts, request, reply));

  for (const action of ['replay', 'discard'] as const) {
    fastify.post(`/dead-letters/${action}`, (request, reply) => {
      const form = formOf(request);
      const group = groupOf(form);
      const id = form.get('run') ?? '';
      const to = `/dead-letters/runs/${encodeURIComponent(id)}`;
      const work = async () =>
        sentenceOfRun(await startRun(push, runIdOf(id), { ...wishOf(action, form), startedBy: operatorOf(request) }));
      return act(logger, request, reply, { to, otherwise: '/dead-letters', about: group, work });
    });
  }
  fastify.post('/dead-letters/runs/:id/stop', (request: OfRun, reply) => {
    const id = runIdOf(request.params.id);
    const work = async () => sentenceOfRun(await stopRun(push, id, operatorOf(request)));
    return act(logger, request, reply, { to: `/dead-letters/runs/${id}`, work });
  });
}

/** As the log knows them: the facts of a run hold no address. */
function operatorOf({ operator }: FastifyRequest): string {
  return operator?.id ?? 'operator';
}

/** What a form asks for; push says what is wrong with it. */
function wishOf(action: 'replay' | 'discard', form: URLSearchParams): object {
  const more = action === 'replay' ? { perSecond: Number(form.get('perSecond')) } : { note: form.get('note') ?? '' };
  return { action, ...groupOf(form), ...more };
}

async function showRuns({ push, database, logger }: DeadLetterPages, request: FastifyRequest, reply: FastifyReply) {
  const after = queryOf(request).get('after') ?? '';
  const runs = await readRuns(push, after);
  const appIds = runs.items.map(({ appId }) => appId);
  const names = await readAppNames(database, logger, appIds);
  return sendPage(reply, 200, runsPage({ ...runs, names }));
}

async function showRun({ push, database, logger }: DeadLetterPages, request: OfRun, reply: FastifyReply) {
  const run = await readRun(push, runIdOf(request.params.id));
  if (queryOf(request).has('part')) {
    if (run.state !== 'running') reply.header('signalbox-over', '1');
    return reply.type('text/html; charset=utf-8').send(howFar(run).text);
  }
  const names = await readAppNames(database, logger, [run.appId]);
  return sendPage(reply, 200, runPage({ run, names, message: takeMessage(request, reply) }));
}

/** @throws Problem 404 for what cannot be the id of a run, and must not become a part of an address. */
function runIdOf(id: string): string {
  if (parseId('deadLetterRun', id) === undefined)
    throw problems.notFound(`There is no such run; its id would look like ${EXAMPLE}. Load the page again.`);
  return id;
}

const EXAMPLE = formatId('deadLetterRun', '00000000-0000-7000-8000-000000000000');
