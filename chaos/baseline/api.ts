/**
 * The service that one would write without Signalbox: Fastify, and a job for each message. It answers 202 once BullMQ has
 * taken the job, which is named after the caller's key, so that a repeated request is not sent twice.
 */
import { randomUUID } from 'node:crypto';
import { fastify } from 'fastify';
import { readConfig } from './config.ts';
import { openQueue } from './push-queue.ts';

interface Body {
  readonly lines: readonly { readonly key: string; readonly token: string }[];
}

const config = readConfig();
const queue = openQueue(config);
const server = fastify();

server.post<{ Body: Body }>('/send', async (request, reply) => {
  const jobs = await queue.addBulk(
    request.body.lines.map((line) => ({
      name: 'send',
      data: { ...line, apnsId: randomUUID() },
      opts: { jobId: line.key, attempts: 10, backoff: { type: 'exponential', delay: 1_000 } },
    })),
  );
  return reply.code(202).send({ ids: jobs.map((job) => job.id) });
});
server.get('/health/ready', () => ({ ready: true }));

// A connection that breaks under a call must not end the service: its caller is told by that call.
process.on('unhandledRejection', () => undefined);
await server.listen({ host: '127.0.0.1', port: config.port });
