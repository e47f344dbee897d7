import { explanation, formatId, parseId } from '@signalbox/contracts';
import { Problem, problems } from '@signalbox/http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendPage } from '../pages/page.js';
import type { ServiceClient } from '../services/service-client.js';
import { notificationPage } from './notification-page.js';

type ById = FastifyRequest<{ Params: { id: string } }>;

/** `/notifications/{id}`: the story that push tells of it. A broadcast has one of its own. */
export async function notificationRoutes(fastify: FastifyInstance, { push }: { push: ServiceClient }): Promise<void> {
  fastify.get('/notifications/:id', async (request: ById, reply: FastifyReply) => {
    const id = parseId('notification', request.params.id);
    if (id === undefined) throw problems.notFound('There is no such notification.');
    try {
      const story = await push.ask(explanation, 'GET', `/v1/notifications/${request.params.id}/explain`);
      return await sendPage(reply, 200, notificationPage(story));
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'is_broadcast') throw error;
      return reply.redirect(`/broadcasts/${formatId('broadcast', id)}`, 303);
    }
  });
}
