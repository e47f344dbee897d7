import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type ApnsBehaviour, ORDINARY } from '../apns/behaviour.js';
import type { Connections } from '../transport/connections.js';
import { churnFields } from './churn-fields.js';
import type { ControlledApns } from './controlled.js';
import { checkOutcome, outcomeFields, toFields, toOutcome } from './outcome-schema.js';
import { valid } from './problem.js';

const behaviourBody = z
  .strictObject({
    ...outcomeFields,
    share: z.number().min(0).max(1).default(ORDINARY.share),
    blackhole: z.boolean().default(ORDINARY.blackhole),
    goawayAfter: z.int().min(1).optional(),
    ...churnFields,
    maxConcurrentStreams: z.int().min(1).max(100_000).default(ORDINARY.maxConcurrentStreams),
    oneStreamUntilFirstToken: z.boolean().default(ORDINARY.oneStreamUntilFirstToken),
    tokenUpdateIntervalSeconds: z.int().min(0).max(86_400).default(ORDINARY.tokenUpdateIntervalSeconds),
    topics: z.array(z.string().min(1)).max(1000).default([]),
  })
  .superRefine(checkOutcome)
  .transform(
    ({
      share,
      blackhole,
      goawayAfter,
      goawayEveryMs,
      cutEveryMs,
      maxConcurrentStreams,
      oneStreamUntilFirstToken,
      tokenUpdateIntervalSeconds,
      topics,
      ...outcome
    }): ApnsBehaviour => ({
      ...toOutcome(outcome),
      share,
      blackhole,
      goawayAfter,
      goawayEveryMs,
      cutEveryMs,
      maxConcurrentStreams,
      oneStreamUntilFirstToken,
      tokenUpdateIntervalSeconds,
      topics: new Set(topics),
    }),
  );

const goawayBody = z.strictObject({
  code: z.enum(['NO_ERROR', 'INTERNAL_ERROR', 'ENHANCE_YOUR_CALM']).default('NO_ERROR'),
  reason: z.string().min(1).max(100).optional(),
  abrupt: z.boolean().default(false),
});

/** What holds for every request and connection. */
export function addBehaviourRoutes(
  server: FastifyInstance,
  { script, connections, log, counts, tokens }: ControlledApns,
): void {
  const behave = (behaviour: ApnsBehaviour): object => {
    script.behaviour = behaviour;
    connections.apply(behaviour);
    return described(behaviour);
  };

  server.get('/v1/apns/behaviour', () => described(script.behaviour));
  server.put('/v1/apns/behaviour', (request) => behave(valid(behaviourBody, request.body)));
  server.delete('/v1/apns/behaviour', (_request, reply) => {
    behave(ORDINARY);
    return reply.status(204).send();
  });

  addGoaway(server, '/v1/apns', connections);

  server.post('/v1/apns/reset', (_request, reply) => {
    behave(ORDINARY);
    script.removeAll();
    log.clear();
    counts.forget();
    tokens.forgetDistinct();
    return reply.status(204).send();
  });
}

/** Tells every client of a provider to leave. */
export function addGoaway(server: FastifyInstance, base: string, connections: Connections): void {
  server.post(`${base}/goaway`, (request) => {
    const { code, reason, abrupt } = valid(goawayBody, request.body ?? {});
    return { connections: connections.goaway(code, reason, abrupt) };
  });
}

function described({ ending, latencyMs, topics, ...rest }: ApnsBehaviour): object {
  return { ...toFields({ ending, latencyMs }), ...rest, topics: [...topics] };
}
