import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ORDINARY, type WebPushBehaviour } from '../webpush/behaviour.js';
import type { SubscriptionView } from '../webpush/subscriptions.js';
import { addGoaway } from './behaviour-routes.js';
import { churnFields } from './churn-fields.js';
import type { ControlledWebPush } from './controlled.js';
import { valid } from './problem.js';
import {
  checkWebPushOutcome,
  toWebPushFields,
  toWebPushOutcome,
  webPushOutcomeFields,
} from './webpush-outcome-schema.js';

const SUBJECT = 'mailto:push@signalbox.example';
const MOST_AT_ONCE = 1_000;

const subscriptionBody = z.strictObject({
  applicationServerKey: z
    .string()
    .regex(/^[A-Za-z0-9_-]{87}$/, 'a P-256 public key in base64url')
    .optional(),
  prefix: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,32}$/, '1 to 32 of A-Z a-z 0-9 _ -')
    .default('br'),
  count: z.int().min(1).max(MOST_AT_ONCE).optional(),
});

const behaviourBody = z
  .strictObject({
    ...webPushOutcomeFields,
    share: z.number().min(0).max(1).default(ORDINARY.share),
    blackhole: z.boolean().default(ORDINARY.blackhole),
    goawayAfter: z.int().min(1).optional(),
    ...churnFields,
    maxConcurrentStreams: z.int().min(1).max(100_000).default(ORDINARY.maxConcurrentStreams),
    onlyHttp1: z.boolean().default(ORDINARY.onlyHttp1),
  })
  .superRefine(checkWebPushOutcome)
  .transform(
    ({
      share,
      blackhole,
      goawayAfter,
      goawayEveryMs,
      cutEveryMs,
      maxConcurrentStreams,
      onlyHttp1,
      ...outcome
    }): WebPushBehaviour => ({
      ...toWebPushOutcome(outcome),
      share,
      blackhole,
      goawayAfter,
      goawayEveryMs,
      cutEveryMs,
      maxConcurrentStreams,
      onlyHttp1,
    }),
  );

/** Keys to send with, browsers to send to, and what holds for every request. */
export function addWebPushRoutes(server: FastifyInstance, webPush: ControlledWebPush): void {
  const { subscriptions, endpoint, script, connections, log, counts } = webPush;
  const shown = ({ token, keys }: SubscriptionView): object => ({
    token,
    endpoint: `${endpoint.origin}/push/${token}`,
    keys,
  });
  const behave = (behaviour: WebPushBehaviour): object => {
    script.behaviour = behaviour;
    connections.apply(behaviour);
    return described(behaviour);
  };

  server.get('/v1/webpush/credential', () => ({ subject: SUBJECT, ...subscriptions.vapid, endpoint }));

  server.get('/v1/webpush/ca.pem', (_request, reply) =>
    reply.header('content-type', 'application/x-pem-file').send(endpoint.ca),
  );

  server.post('/v1/webpush/subscriptions', (request, reply) => {
    const { applicationServerKey, prefix, count } = valid(subscriptionBody, request.body ?? {});
    const make = (): object => shown(subscriptions.make(applicationServerKey, prefix));
    void reply.status(201);
    return count === undefined ? make() : { subscriptions: Array.from({ length: count }, make) };
  });

  server.get('/v1/webpush/behaviour', () => described(script.behaviour));
  server.put('/v1/webpush/behaviour', (request) => behave(valid(behaviourBody, request.body)));
  server.delete('/v1/webpush/behaviour', (_request, reply) => {
    behave(ORDINARY);
    return reply.status(204).send();
  });

  addGoaway(server, '/v1/webpush', connections);

  server.post('/v1/webpush/reset', (_request, reply) => {
    behave(ORDINARY);
    script.removeAll();
    log.clear();
    counts.forget();
    return reply.status(204).send();
  });
}

function described({ ending, latencyMs, ...rest }: WebPushBehaviour): object {
  return { ...toWebPushFields({ ending, latencyMs }), ...rest };
}
