import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import { QUEUE_NAMES } from '@signalbox/contracts';
import { problems } from '@signalbox/http';
import type { QueueBackend } from '@signalbox/queues';
import type { Logger } from '@signalbox/telemetry';
import type { FastifyInstance } from 'fastify';
import { BOARD_POLICY } from '../pages/page-headers.js';
import { sendProblem } from '../pages/send-problem.js';
import { isAllowed } from './allowed-actions.js';

const BOARD_PATH = '/queues';

const REFUSED =
  'The console neither adds jobs nor edits them: work begins in Postgres, so such a job would have no record.';
/** The board's page asks for a font elsewhere; its fallback is as good, and no page of ours calls another origin. */
const FOREIGN_LINK = /<link[^>]+href="https?:[^>]*>/g;

/** Mounts Bull Board over every queue of the catalog. The session gate stands in front of it. */
export async function mountBoard(fastify: FastifyInstance, backend: QueueBackend, logger: Logger): Promise<void> {
  const serverAdapter = new FastifyAdapter();
  serverAdapter.setBasePath(BOARD_PATH);
  createBullBoard({
    queues: QUEUE_NAMES.map((name) => new BullMQAdapter(backend.queue(name), { delimiter: '.' })),
    serverAdapter,
    options: {
      uiConfig: {
        boardTitle: 'Signalbox queues',
        hideDocsLink: true,
        miscLinks: [{ text: 'Console', url: '/' }],
        // The Postgres backend knows no workers; the list would be a promise it cannot keep.
        showWorkers: backend.kind === 'redis',
      },
    },
  });

  await fastify.register(
    async (board) => {
      board.addHook('onRequest', async (request, reply) => {
        reply.header('content-security-policy', BOARD_POLICY);
        const route = request.routeOptions.url?.slice(BOARD_PATH.length) ?? '';
        if (isAllowed(request.method, route)) return;
        // `error` and `message` are what the board's page shows.
        return sendProblem(reply, problems.forbidden('not_allowed_here', REFUSED), {
          error: { key: 'ERRORS.FORBIDDEN' },
          message: REFUSED,
        });
      });
      board.addHook('onResponse', async (request, reply) => {
        if (request.method === 'GET' || request.method === 'HEAD') return;
        logger.info(
          { action: `${request.method} ${request.url}`, status: reply.statusCode, address: request.ip },
          'operator action',
        );
      });
      board.addHook('onSend', async (_request, reply, payload) =>
        typeof payload === 'string' && String(reply.getHeader('content-type')).startsWith('text/html')
          ? payload.replaceAll(FOREIGN_LINK, '')
          : payload,
      );
      await board.register(serverAdapter.registerPlugin());
    },
    { prefix: BOARD_PATH },
  );
}
