import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import { DEAD_QUEUE_NAMES, QUEUE_NAMES } from '@signalbox/contracts';
import { type Problem, problems } from '@signalbox/http';
import type { QueueBackend } from '@signalbox/queues';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { readableCookie } from '../pages/cookies.js';
import { BOARD_POLICY } from '../pages/page-headers.js';
import { sendProblem } from '../pages/send-problem.js';
import { isSafe } from '../roles/route-roles.js';
import { TOKEN_COOKIE } from '../sign-in/form-token.js';
import { neededOnBoard } from './allowed-actions.js';
import { maskData } from './mask-data.js';
import { boardAnswerFor, HIDE_REFUSED_ACTIONS } from './refused-actions.js';

const BOARD_PATH = '/queues';

const AWAY = 'The queue backend does not answer. Accepted work is safe in Postgres and is offered again once it does.';
/** The board's page asks for a font elsewhere; its fallback is as good, and no page of ours calls another origin. */
const FOREIGN_LINK = /<link[^>]+href="https?:[^>]*>/g;

type QueueLook = ConstructorParameters<typeof BullMQAdapter>[1];
/** Not split at its dots: the menu would take the work queue for a folder of it, and no longer lead there. */
const DEAD_QUEUE_LOOK: QueueLook = {
  description: 'Deliveries that were given up, one failed job per app and reason. Retry sends the whole group again.',
};

/** Mounts Bull Board over every queue of the catalog, those of dead letters included. The session gate stands in front of it. */
export async function mountBoard(fastify: FastifyInstance, backend: QueueBackend): Promise<void> {
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
      addQueue(withMaskedData(new BullMQAdapter(backend.queue(name), look)));
      missing.delete(name);
    }
  };

  await fastify.register(
    async (board) => {
      board.addHook('onRoute', (options) => {
        const route = options.url.slice(BOARD_PATH.length);
        const [first = 'GET', ...more] = [options.method].flat().filter((method) => !isSafe(method));
        options.config = { ...options.config, role: more.length > 0 ? 'nobody' : neededOnBoard(first, route) };
      });
      board.addHook('onRequest', async (request, reply) => {
        reply.header('content-security-policy', BOARD_POLICY);
        const route = request.routeOptions.url?.slice(BOARD_PATH.length) ?? '';
        if (!route.startsWith('/api/')) return;
        try {
          showQueues();
        } catch (error) {
          return sendBoardProblem(reply, problems.unavailable(AWAY, 5, error));
        }
      });
      board.addHook('onSend', async (request, reply, payload) => {
        const { operator, formToken } = request;
        const type = String(reply.getHeader('content-type'));
        if (typeof payload !== 'string' || operator === null || formToken === null) return payload;
        if (type.startsWith('application/json')) return boardAnswerFor(operator.role, payload);
        if (!type.startsWith('text/html')) return payload;
        // The board's page reads it and sends it with each of its own requests.
        reply.header('set-cookie', readableCookie(request, TOKEN_COOKIE, formToken, BOARD_PATH));
        return payload.replaceAll(FOREIGN_LINK, '').replace('</head>', `${HIDE_REFUSED_ACTIONS}</head>`);
      });
      await board.register(serverAdapter.registerPlugin());
    },
    { prefix: BOARD_PATH },
  );
}

/** Of a job the board shows what it is about and how it went; nothing that an app wrote, if a queue should ever carry it. */
function withMaskedData(adapter: BullMQAdapter): BullMQAdapter {
  adapter.setFormatter('data', (data) => maskData(data));
  adapter.setFormatter('returnValue', (value) => maskData(value));
  return adapter;
}

/** A problem with the two members that the board's page shows to a person. */
function sendBoardProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return sendProblem(reply, problem, { error: { key: 'ERRORS.INTERNAL_SERVER_ERROR' }, message: problem.detail });
}
