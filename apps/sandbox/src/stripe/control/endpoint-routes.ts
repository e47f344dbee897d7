import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { deliveryBehaviour } from '../../control/delivery-schema.js';
import { Problem, valid } from '../../control/problem.js';
import { activeSecrets, type Endpoint } from '../deliver/endpoint.js';
import type { StripeSide } from '../stripe-side.js';
import { accountFields, accountOf, idParams } from './acting.js';

const secret = z.string().min(8).max(200);
const endpointBody = z.strictObject({
  ...accountFields,
  url: z.url({ protocol: /^https?$/ }),
  secret: secret.optional(),
  thin: z.boolean().default(false),
  connect: z.boolean().default(false),
  enabledEvents: z.array(z.string().max(100)).min(1).max(500).default(['*']),
  apiVersion: z.string().max(40).optional(),
});
const rollBody = z.strictObject({ secret: secret.optional(), overlapSeconds: z.int().min(0).max(86_400).default(0) });

/** Where events go, beside what is made through the API. */
export function addEndpointRoutes(server: FastifyInstance, stripe: StripeSide): void {
  const { endpoints } = stripe;
  const endpointOf = (params: unknown): Endpoint => {
    const { id } = valid(idParams, params);
    const endpoint = endpoints.find(id);
    if (!endpoint) throw new Problem(404, 'not_found', `there is no endpoint ${id}`);
    return endpoint;
  };

  server.get('/v1/stripe/endpoints', () => ({ endpoints: endpoints.all().map(described) }));

  server.post('/v1/stripe/endpoints', (request, reply) => {
    const { url, secret: given, thin, connect, enabledEvents, apiVersion, ...who } = valid(endpointBody, request.body);
    const account = accountOf(stripe, who);
    const endpoint = endpoints.add({
      accountId: account.id,
      created: account.now(),
      source: 'control',
      url,
      secret: given,
      shape: thin ? 'thin' : 'snapshot',
      from: connect ? 'connected' : 'account',
      enabledEvents,
      apiVersion,
    });
    return reply.status(201).send(described(endpoint));
  });

  server.delete('/v1/stripe/endpoints/:id', (request, reply) => {
    endpoints.remove(endpointOf(request.params).id);
    return reply.status(204).send();
  });

  server.post('/v1/stripe/endpoints/:id/roll-secret', (request) => {
    const endpoint = endpointOf(request.params);
    const { secret: given, overlapSeconds } = valid(rollBody, request.body ?? {});
    endpoints.roll(endpoint, Date.now() + overlapSeconds * 1000, given);
    return described(endpoint);
  });

  server.put('/v1/stripe/endpoints/:id/behaviour', (request) => {
    const endpoint = endpointOf(request.params);
    endpoint.behaviour = valid(deliveryBehaviour, request.body);
    return described(endpoint);
  });

  server.delete('/v1/stripe/endpoints/:id/behaviour', (request, reply) => {
    delete endpointOf(request.params).behaviour;
    return reply.status(204).send();
  });
}

function described(endpoint: Endpoint): object {
  const { id, accountId, source, url, shape, from, enabledEvents, apiVersion, status, behaviour } = endpoint;
  const secrets = activeSecrets(endpoint, Date.now());
  const where = { id, accountId, source, url, thin: shape === 'thin', connect: from === 'connected' };
  return { ...where, enabledEvents, apiVersion, status, secret: secrets[0], secrets, behaviour };
}
