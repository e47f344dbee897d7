import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { deliveryBehaviour } from '../../control/delivery-schema.js';
import { Problem, valid } from '../../control/problem.js';
import type { BraintreeSide } from '../braintree-side.js';
import { prove } from '../deliver/challenge.js';
import type { Endpoint } from '../deliver/endpoint.js';
import { KINDS } from '../notifications/notification.js';
import { idParams, merchantFields, merchantOf } from './merchant-fields.js';

const endpointBody = z.strictObject({
  ...merchantFields,
  url: z.url({ protocol: /^https?$/ }),
  kinds: z.array(z.enum(KINDS)).min(1).optional(),
  /** Braintree asks first whether the endpoint knows the key. */
  verify: z.boolean().default(true),
});

/** Where webhooks go. */
export function addEndpointRoutes(server: FastifyInstance, braintree: BraintreeSide): void {
  const { endpoints } = braintree;
  const endpointOf = (params: unknown): Endpoint => {
    const { id } = valid(idParams, params);
    const endpoint = endpoints.find(id);
    if (!endpoint) throw new Problem(404, 'not_found', `there is no endpoint ${id}`);
    return endpoint;
  };

  server.get('/v1/braintree/endpoints', () => ({ endpoints: endpoints.all() }));

  server.post('/v1/braintree/endpoints', async (request, reply) => {
    const { merchantId, url, kinds, verify } = valid(endpointBody, request.body);
    const merchant = merchantOf(braintree, merchantId);
    const proof = verify ? await prove(url, merchant) : { kind: 'proven' as const };
    if (proof.kind === 'refuted')
      throw new Problem(
        409,
        'challenge_failed',
        `${url} did not answer bt_challenge with a key of ${merchantId}: ${proof.why}`,
      );
    return reply.status(201).send(endpoints.add({ merchantId, url, kinds }));
  });

  server.post('/v1/braintree/endpoints/:id/check', (request) => {
    const endpoint = endpointOf(request.params);
    const merchant = merchantOf(braintree, endpoint.merchantId);
    const { id } = merchant.emit('check', endpoint.id, { check: true });
    return { notificationId: id };
  });

  server.delete('/v1/braintree/endpoints/:id', (request, reply) => {
    endpoints.remove(endpointOf(request.params));
    return reply.status(204).send();
  });

  server.put('/v1/braintree/endpoints/:id/behaviour', (request) => {
    const endpoint = endpointOf(request.params);
    endpoint.behaviour = valid(deliveryBehaviour, request.body);
    return endpoint;
  });

  server.delete('/v1/braintree/endpoints/:id/behaviour', (request, reply) => {
    delete endpointOf(request.params).behaviour;
    return reply.status(204).send();
  });
}
