/**
 * What one would write instead of Signalbox to take notifications on, as a process of its own: plain Fastify, with its own validation of
 * the body, and without a key to check, a log line or anything to keep repeats out. Arguments: which, database, Redis.
 *
 * - `queue`: one `queue.add` for each request, with everything in the job. What is in Redis is lost with it.
 * - `insert`: a row in Postgres, committed, then the job.
 * - `commit`: nothing but the row, where whoever comes at once shares a statement and a commit: the most that durable can be.
 */
import { randomUUID } from 'node:crypto';
import { MicroBatcher } from '@signalbox/resilience';
import { fastify, type FastifyRequest } from 'fastify';
import { Pool } from 'pg';
import { openPeerQueue, type PeerJob } from './job.ts';
import { INSERT_ONE, INSERT_TOGETHER, MAKE_TABLE } from './peer.queries.ts';

interface Body {
  readonly to: { readonly userId: string };
  readonly content: { readonly title: string; readonly body: string };
}
type Take = (job: PeerJob, body: Body) => Promise<unknown>;

const BODY = {
  type: 'object',
  required: ['to', 'content'],
  properties: {
    to: { type: 'object', required: ['userId'], properties: { userId: { type: 'string', maxLength: 256 } } },
    content: { type: 'object', properties: { title: { type: 'string' }, body: { type: 'string' } } },
  },
};
/** It knows its only phone by heart. */
const TOKEN = 'a1b2c3d4'.repeat(8);

const [which, databaseUrl, redisUrl] = process.argv.slice(2) as ['queue' | 'insert' | 'commit', string, string];

async function rows(): Promise<Pool> {
  const pool = new Pool({ connectionString: databaseUrl, max: 20, idleTimeoutMillis: 0 });
  await pool.query(MAKE_TABLE);
  return pool;
}

async function open(): Promise<Take> {
  const pool = await rows();
  if (which !== 'commit') {
    const queue = openPeerQueue(redisUrl);
    if (which === 'queue') return (job) => queue.add('send', job);
    return async (job, body) => {
      await pool.query({ name: 'insert', text: INSERT_ONE, values: [job.id, JSON.stringify(body)] });
      await queue.add('send', job);
    };
  }
  const together = new MicroBatcher<readonly [string, string], undefined>({
    async flush(entries) {
      const values = [entries.map(([id]) => id), entries.map(([, body]) => body)];
      await pool.query({ name: 'insert', text: INSERT_TOGETHER, values });
      return entries.map(() => undefined);
    },
    maxBatch: 256,
    maxWaiting: 10_000,
    isolate: () => false,
  });
  return ({ id }, body) => together.add([id, JSON.stringify(body)]);
}

const take = await open();
const server = fastify();
server.post('/v1/notifications', { schema: { body: BODY } }, async (request: FastifyRequest<{ Body: Body }>, reply) => {
  const id = randomUUID();
  const { title, body } = request.body.content;
  await take({ id, token: TOKEN, title, body }, request.body);
  return reply.code(202).send({ id, status: 'accepted' });
});
console.log(`listening at ${await server.listen({ port: 0, host: '127.0.0.1' })}`);
