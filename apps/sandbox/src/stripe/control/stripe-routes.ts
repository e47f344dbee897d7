import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { addList, count } from '../../control/list-route.js';
import { valid } from '../../control/problem.js';
import type { StripeSide } from '../stripe-side.js';
import { parseApiKey } from '../world/keys.js';
import { accountFields, accountOf } from './acting.js';
import { addStripeBehaviourRoutes } from './behaviour-routes.js';
import { addClockRoutes } from './clock-routes.js';
import { addEndpointRoutes } from './endpoint-routes.js';
import { addEventRoutes } from './event-routes.js';
import { addHappeningRoutes } from './happening-routes.js';
import { addPaymentRoutes } from './payment-routes.js';
import { addSubscriptionRoutes } from './subscription-routes.js';

const text = z.string().optional();
const callFilter = z.strictObject({
  accountId: text,
  method: text,
  route: text,
  path: text,
  idempotencyKey: text,
  decidedBy: text,
  status: count.optional(),
});
const deliveryFilter = z.strictObject({
  endpointId: text,
  accountId: text,
  eventId: text,
  objectId: text,
  type: text,
  ending: text,
  status: count.optional(),
});

/** The control API of the Stripe side. */
export function addStripeRoutes(server: FastifyInstance, stripe: StripeSide): void {
  server.get('/v1/stripe/credential', (request) => {
    const query = valid(z.strictObject(accountFields), request.query);
    const secret = parseApiKey(query.key)?.secret ?? '';
    return {
      secretKey: query.key,
      publishableKey: `pk_test_${secret}`,
      accountId: accountOf(stripe, query).id,
      endpoint: { origin: stripe.origin },
    };
  });

  const accountBody = z.strictObject({
    ...accountFields,
    apiVersion: z
      .string()
      .regex(/^\d{4}-\d\d-\d\d/, 'a version such as 2024-06-20')
      .optional(),
    afterLastAttempt: z.enum(['cancel', 'leave_past_due', 'mark_unpaid']).optional(),
    settlement: z.strictObject({ currency: z.string(), rates: z.record(z.string(), z.number().positive()) }).optional(),
  });
  server.put('/v1/stripe/account', (request) => {
    const { apiVersion, afterLastAttempt, settlement, ...who } = valid(accountBody, request.body);
    const account = accountOf(stripe, who);
    account.apiVersion = apiVersion ?? account.apiVersion;
    account.afterLastAttempt = afterLastAttempt ?? account.afterLastAttempt;
    account.settlement = settlement ?? account.settlement;
    return {
      accountId: account.id,
      apiVersion: account.apiVersion,
      afterLastAttempt: account.afterLastAttempt,
      settlement: account.settlement ?? null,
    };
  });

  addList(server, '/v1/stripe/requests', 'requests', stripe.calls, callFilter);
  addList(server, '/v1/stripe/deliveries', 'deliveries', stripe.deliveries, deliveryFilter);
  addEndpointRoutes(server, stripe);
  addStripeBehaviourRoutes(server, stripe);
  addPaymentRoutes(server, stripe);
  addHappeningRoutes(server, stripe);
  addSubscriptionRoutes(server, stripe);
  addClockRoutes(server, stripe);
  addEventRoutes(server, stripe);

  const resetBody = z.strictObject({ ...accountFields, key: accountFields.key.unwrap().optional() });
  server.post('/v1/stripe/reset', (request, reply) => {
    const { key, account } = valid(resetBody, request.body ?? {});
    stripe.reset(key === undefined ? undefined : accountOf(stripe, { key, account }));
    return reply.status(204).send();
  });
}
