import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import { DEAD_QUEUE_NAMES, QUEUE_NAMES } from '@signalbox/contracts';
import { type Problem, problems } from '@signalbox/http';
import type { QueueBackend } from '@signalbox/queues';
import type { Logger } from '@signalbox/telemetry';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { logActions } from '../operator-actions.js';
import { BOARD_POLICY } from '../pages/page-headers.js';
import { sendProblem } from '../pages/send-problem.js';
import { isAllowed } from './allowed-actions.js';
import { HIDE_REFUSED_ACTIONS } from './refused-actions.js';

const BOARD_PATH = '/queues';

const REFUSED =
  'The console neither adds jobs nor edits them: work begins in Postgres, so such a job would have no record.';
const AWAY = 'The queue backend does not answer. Accepted work is safe in Postgres and is offered again once it does.';
/** The board's page asks for a font elsewhere; its fallback is as good, and no page of ours calls another origin. */
const FOREIGN_LINK = /<link[^>]+href="https?:[^>]*>/g;

type QueueLook = ConstructorParameters<typeof BullMQAdapter>[1];
/** Not split at its dots: the menu would take the work queue for a folder of it, and no longer lead there. */
const DEAD_QUEUE_LOOK: QueueLook = {
  description: 'Deliveries that were given up, one failed job per app and reason. Retry sends the whole group again.',
};

/** Mounts Bull Board over every queue of the catalog, those of dead letters included. The session gate stands in front of it. */
export async function mountBoard(fastify: FastifyInstance, backend: QueueBackend, logger: Logger): Promise<void> {
  const serverAdapter = new FastifyAdapter();
  serverAdapter.setBasePath(BOARD_PATH);
  const { addQueue } = createBullBoard({
    queues: [],
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
  const missing = new Map<string, QueueLook>([
    ...QUEUE_NAMES.map((name) => [name, { delimiter: '.' }] as const),
    ...DEAD_QUEUE_NAMES.map((name) => [name, DEAD_QUEUE_LOOK] as const),
  ]);
  /** A console that was started while Redis was away shows the queues once it is back. */
  const showQueues = (): void => {
    for (const [name, look] of missing) {
      addQueue(new BullMQAdapter(backend.queue(name), look));
      missing.delete(name);
    }
  };

  await fastify.register(
    async (board) => {
      board.addHook('onRequest', async (request, reply) => {
        reply.header('content-security-policy', BOARD_POLICY);
        const route = request.routeOptions.url?.slice(BOARD_PATH.length) ?? '';
        if (!isAllowed(request.method, route)) {
          return sendBoardProblem(reply, problems.forbidden('not_allowed_here', REFUSED), 'ERRORS.FORBIDDEN');
        }
        if (!route.startsWith('/api/')) return;
        try {
          showQueues();
        } catch (error) {
          return sendBoardProblem(reply, problems.unavailable(AWAY, 5, error), 'ERRORS.INTERNAL_SERVER_ERROR');
        }
      });
      logActions(board, logger);
      board.addHook('onSend', async (_request, reply, payload) =>
        typeof payload === 'string' && String(reply.getHeader('content-type')).startsWith('text/html')
          ? payload.replaceAll(FOREIGN_LINK, '').replace('</head>', `${HIDE_REFUSED_ACTIONS}</head>`)
          : payload,
      );
      await board.register(serverAdapter.registerPlugin());
    },
    { prefix: BOARD_PATH },
  );
}

/** A problem with the two members that the board's page shows to a person. */
function sendBoardProblem(reply: FastifyReply, problem: Problem, key: string): FastifyReply {
  return sendProblem(reply, problem, { error: { key }, message: problem.detail });
}
