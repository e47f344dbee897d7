import type { FastifyInstance } from 'fastify';
import { deliveryBehaviour } from '../../control/delivery-schema.js';
import { describeFault, toFault } from '../../control/fault-schema.js';
import { valid } from '../../control/problem.js';
import { ORDINARY_DELIVERY } from '../../deliver/delivery-behaviour.js';
import { ORDINARY_API } from '../faults/api-behaviour.js';
import type { StripeSide } from '../stripe-side.js';
import { accountOf } from './acting.js';
import { apiBehaviour } from './behaviour-schema.js';

/** What goes wrong with the API, and what with the webhooks. */
export function addStripeBehaviourRoutes(server: FastifyInstance, stripe: StripeSide): void {
  const { clock, dispatcher, faults } = stripe;
  /** The keys that the faults of the behaviour were written with. */
  let keys: (string | undefined)[] = [];

  const described = (): object => {
    const { faults: list, ...behaviour } = faults.behaviour;
    const used = faults.used();
    const shown = list.map((fault, index) => describeFault(fault, { key: keys[index] }, used[index] ?? 0));
    return { ...behaviour, faults: shown, sameSecond: clock.held };
  };

  server.get('/v1/stripe/behaviour', described);

  server.put('/v1/stripe/behaviour', (request) => {
    const { faults: wanted, sameSecond, seed, ...behaviour } = valid(apiBehaviour, request.body);
    keys = wanted.map(({ key }) => key);
    const list = wanted.map((fault) =>
      toFault(fault, fault.key === undefined ? undefined : accountOf(stripe, { key: fault.key }).id),
    );
    faults.behaviour = { ...behaviour, faults: list };
    if (sameSecond) clock.hold();
    else clock.release();
    if (seed !== undefined) stripe.seed(seed);
    return described();
  });

  server.delete('/v1/stripe/behaviour', (_request, reply) => {
    faults.behaviour = ORDINARY_API;
    clock.release();
    return reply.status(204).send();
  });

  server.get('/v1/stripe/delivery-behaviour', () => dispatcher.behaviour);

  server.put('/v1/stripe/delivery-behaviour', (request) => {
    dispatcher.behaviour = valid(deliveryBehaviour, request.body);
    return dispatcher.behaviour;
  });

  server.delete('/v1/stripe/delivery-behaviour', (_request, reply) => {
    dispatcher.behaviour = ORDINARY_DELIVERY;
    return reply.status(204).send();
  });
}
