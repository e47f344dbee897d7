import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { deliveryBehaviour } from '../../control/delivery-schema.js';
import { describeFault, faultFields, ms, oneEnding, toFault } from '../../control/fault-schema.js';
import { valid } from '../../control/problem.js';
import { ORDINARY_DELIVERY } from '../../deliver/delivery-behaviour.js';
import type { BraintreeSide } from '../braintree-side.js';
import { ORDINARY_API } from '../faults/api-behaviour.js';
import { merchantName } from './merchant-fields.js';

const fault = faultFields(/^(GET|POST|PUT|DELETE) \/|^(GET|POST|PUT|DELETE) \*$/, 'PUT /transactions/:id/void')
  .extend({ merchantId: merchantName.optional() })
  .superRefine(oneEnding);

/** What holds for the whole API, as it is written. */
const apiBehaviour = z.strictObject({
  blackhole: z.boolean().default(false),
  latencyMs: ms.default(0),
  faults: z.array(fault).max(100).default([]),
  searchLagMs: ms.default(0),
  sameSecond: z.boolean().default(false),
  seed: z.int().min(0).max(4_294_967_295).optional(),
});

/** What goes wrong with the API, and what with the webhooks. */
export function addBraintreeBehaviourRoutes(server: FastifyInstance, braintree: BraintreeSide): void {
  const { clock, dispatcher, faults } = braintree;

  const described = (): object => {
    const { faults: list, ...behaviour } = faults.behaviour;
    const used = faults.used();
    const shown = list.map((one, index) => describeFault(one, { merchantId: one.accountId }, used[index] ?? 0));
    return { ...behaviour, faults: shown, sameSecond: clock.held };
  };

  server.get('/v1/braintree/behaviour', described);

  server.put('/v1/braintree/behaviour', (request) => {
    const { faults: wanted, sameSecond, seed, ...behaviour } = valid(apiBehaviour, request.body);
    faults.behaviour = { ...behaviour, faults: wanted.map((one) => toFault(one, one.merchantId)) };
    if (sameSecond) clock.hold();
    else clock.release();
    if (seed !== undefined) braintree.seed(seed);
    return described();
  });

  server.delete('/v1/braintree/behaviour', (_request, reply) => {
    faults.behaviour = ORDINARY_API;
    clock.release();
    return reply.status(204).send();
  });

  server.get('/v1/braintree/delivery-behaviour', () => dispatcher.behaviour);

  server.put('/v1/braintree/delivery-behaviour', (request) => {
    dispatcher.behaviour = valid(deliveryBehaviour, request.body);
    return dispatcher.behaviour;
  });

  server.delete('/v1/braintree/delivery-behaviour', (_request, reply) => {
    dispatcher.behaviour = ORDINARY_DELIVERY;
    return reply.status(204).send();
  });
}
