import { inTime } from '@signalbox/resilience';
import type { Metrics } from '@signalbox/telemetry';
import type { FastifyInstance, RouteHandlerMethod } from 'fastify';
import { z } from 'zod';
import type { EndpointDeclaration } from './endpoint.js';
import { allow } from './policy.js';
import { problems } from './problems.js';
import type { Readiness } from './readiness.js';

/** A readiness check that does not answer in this time is an answer. Milliseconds. */
const READINESS_DEADLINE = 3_000;

const TAGS = ['service'];

/** The routes that every service has for the machines around it. */
export function registerServiceRoutes(
  fastify: FastifyInstance,
  readiness: () => Promise<Readiness>,
  metrics: Metrics,
): void {
  get(fastify, '/health/live', async () => ({ status: 'live' }), {
    allow: allow.publicly('says only that the process answers'),
    summary: 'Whether the process runs; restart it when this fails',
    tags: TAGS,
    responses: { 200: { description: 'It runs', schema: z.object({ status: z.literal('live') }) } },
  });
  get(fastify, '/health/ready', () => answerReadiness(readiness), {
    allow: allow.publicly('a load balancer asks without a key; the checks name parts, never data'),
    summary: 'Whether the service makes progress; send it no traffic while this fails',
    tags: TAGS,
    responses: {
      200: {
        description: 'It makes progress',
        schema: z.object({ status: z.literal('ready'), checks: z.record(z.string(), z.string()) }),
      },
      503: { description: 'It does not; the detail says which check failed and why' },
    },
  });
  get(
    fastify,
    '/metrics',
    async (_request, reply) => reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
    {
      allow: allow.publicly(
        'Prometheus scrapes without a key; labels carry no app and no person. Keep the port internal',
      ),
      summary: 'Figures of this process in the Prometheus text format',
      tags: TAGS,
      responses: { 200: { description: 'Prometheus text format' } },
    },
  );
}

function get(fastify: FastifyInstance, url: string, handler: RouteHandlerMethod, endpoint: EndpointDeclaration): void {
  fastify.route({ method: 'GET', url, handler, config: { signalboxEndpoint: endpoint } });
}

async function answerReadiness(
  readiness: () => Promise<Readiness>,
): Promise<{ status: 'ready'; checks: Readiness['checks'] }> {
  const { ready, checks } = await withDeadline(readiness);
  if (ready) return { status: 'ready', checks };
  const said = Object.entries(checks).map(([name, state]) => `${name}: ${state}`);
  throw problems.unavailable(`Not ready. ${said.join('; ')}`, 1);
}

async function withDeadline(readiness: () => Promise<Readiness>): Promise<Readiness> {
  try {
    return await inTime(readiness(), READINESS_DEADLINE, {
      ready: false,
      checks: { readiness: `no answer within ${READINESS_DEADLINE} ms` },
    });
  } catch (error) {
    throw problems.unavailable('Not ready: the readiness check failed.', 1, error);
  }
}
