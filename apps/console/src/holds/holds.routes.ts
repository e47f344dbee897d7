import { parseId } from '@signalbox/contracts';
import { problems } from '@signalbox/http';
import type { Logger } from '@signalbox/telemetry';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { act } from '../pages/act.js';
import type { ServiceClient } from '../services/service-client.js';

type OfHold = FastifyRequest<{ Params: { credentialId: string } }>;

/** The button beside a hold. */
export async function holdRoutes(
  fastify: FastifyInstance,
  { push, logger }: { push: ServiceClient; logger: Logger },
): Promise<void> {
  fastify.post('/holds/:credentialId/lift', (request: OfHold, reply) => {
    const { credentialId } = request.params;
    if (parseId('credential', credentialId) === undefined) throw problems.notFound('There is no such credential.');
    const work = async () => {
      await push.ask(z.undefined(), 'DELETE', `/v1/holds/${credentialId}`);
      return `The hold on ${credentialId} is lifted; what waited is sent now.`;
    };
    return act(logger, request, reply, { to: '/', work });
  });
}
