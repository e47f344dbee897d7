import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { addList, count } from '../../control/list-route.js';
import { valid } from '../../control/problem.js';
import type { BraintreeSide } from '../braintree-side.js';
import { addBraintreeBehaviourRoutes } from './behaviour-routes.js';
import { addEndpointRoutes } from './endpoint-routes.js';
import { addBraintreeHappeningRoutes } from './happening-routes.js';
import { merchantName, merchantOf } from './merchant-fields.js';
import { addMerchantRoutes } from './merchant-routes.js';
import { addNotificationRoutes } from './notification-routes.js';

const text = z.string().optional();
const callFilter = z.strictObject({
  merchantId: text,
  method: text,
  route: text,
  path: text,
  orderId: text,
  decidedBy: text,
  status: count.optional(),
});
const webhookFilter = z.strictObject({
  endpointId: text,
  merchantId: text,
  notificationId: text,
  subjectId: text,
  kind: text,
  ending: text,
  status: count.optional(),
});
const resetBody = z.strictObject({ merchantId: merchantName.optional() });

/** The control API of the Braintree side. */
export function addBraintreeRoutes(server: FastifyInstance, braintree: BraintreeSide): void {
  addList(server, '/v1/braintree/requests', 'requests', braintree.calls, callFilter);
  addList(server, '/v1/braintree/deliveries', 'deliveries', braintree.deliveries, webhookFilter);
  addMerchantRoutes(server, braintree);
  addEndpointRoutes(server, braintree);
  addBraintreeBehaviourRoutes(server, braintree);
  addBraintreeHappeningRoutes(server, braintree);
  addNotificationRoutes(server, braintree);

  server.post('/v1/braintree/reset', (request, reply) => {
    const { merchantId } = valid(resetBody, request.body ?? {});
    braintree.reset(merchantId === undefined ? undefined : merchantOf(braintree, merchantId));
    return reply.status(204).send();
  });
}
