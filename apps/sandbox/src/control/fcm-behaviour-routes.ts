import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type FcmBehaviour, ORDINARY } from '../fcm/behaviour.js';
import { addGoaway } from './behaviour-routes.js';
import { churnFields } from './churn-fields.js';
import type { ControlledFcm } from './controlled.js';
import { checkFcmOutcome, fcmOutcomeFields, toFcmFields, toFcmOutcome } from './fcm-outcome-schema.js';
import { valid } from './problem.js';

const behaviourBody = z
  .strictObject({
    ...fcmOutcomeFields,
    share: z.number().min(0).max(1).default(ORDINARY.share),
    blackhole: z.boolean().default(ORDINARY.blackhole),
    goawayAfter: z.int().min(1).optional(),
    ...churnFields,
    maxConcurrentStreams: z.int().min(1).max(100_000).default(ORDINARY.maxConcurrentStreams),
    accessTokenSeconds: z.int().min(0).max(86_400).default(ORDINARY.accessTokenSeconds),
    oauthStatus: z.int().min(400).max(599).optional(),
    oauthLatencyMs: z.int().min(0).max(600_000).default(ORDINARY.oauthLatencyMs),
  })
  .superRefine(checkFcmOutcome)
  .transform(
    ({
      share,
      blackhole,
      goawayAfter,
      goawayEveryMs,
      cutEveryMs,
      maxConcurrentStreams,
      accessTokenSeconds,
      oauthStatus,
      oauthLatencyMs,
      ...outcome
    }): FcmBehaviour => ({
      ...toFcmOutcome(outcome),
      share,
      blackhole,
      goawayAfter,
      goawayEveryMs,
      cutEveryMs,
      maxConcurrentStreams,
      accessTokenSeconds,
      oauthStatus,
      oauthLatencyMs,
    }),
  );

/** What holds for every request to FCM, its token endpoint and its connections. */
export function addFcmBehaviourRoutes(server: FastifyInstance, fcm: ControlledFcm): void {
  const { script, connections, log, counts, tokenCounts, tokens } = fcm;
  const behave = (behaviour: FcmBehaviour): object => {
    script.behaviour = behaviour;
    connections.apply(behaviour);
    return described(behaviour);
  };

  server.get('/v1/fcm/behaviour', () => described(script.behaviour));
  server.put('/v1/fcm/behaviour', (request) => behave(valid(behaviourBody, request.body)));
  server.delete('/v1/fcm/behaviour', (_request, reply) => {
    behave(ORDINARY);
    return reply.status(204).send();
  });

  addGoaway(server, '/v1/fcm', connections);

  server.delete('/v1/fcm/access-tokens', (_request, reply) => {
    tokens.forgetAll();
    return reply.status(204).send();
  });

  // Access tokens stay valid: a sender that is under test need not notice that the next test begins.
  server.post('/v1/fcm/reset', (_request, reply) => {
    behave(ORDINARY);
    script.removeAll();
    log.clear();
    counts.forget();
    tokenCounts.forget();
    return reply.status(204).send();
  });
}

function described({ ending, latencyMs, ...rest }: FcmBehaviour): object {
  return { ...toFcmFields({ ending, latencyMs }), ...rest };
}
