import type { FastifyInstance } from 'fastify';
import { PAGE } from './page.js';
import { PAGE_SCRIPT } from './script.js';
import { SERVICE_WORKER } from './service-worker.js';

const SCRIPT_TYPE = 'text/javascript; charset=utf-8';

/**
 * A page that subscribes, at the control API's own address: a browser lets pages on http have a service worker only where they are
 * on the same machine.
 */
export function addWebPushPage(server: FastifyInstance): void {
  server.get('/web-push', (_request, reply) => reply.type('text/html; charset=utf-8').send(PAGE));
  server.get('/web-push/page.js', (_request, reply) => reply.type(SCRIPT_TYPE).send(PAGE_SCRIPT));
  server.get('/web-push/service-worker.js', (_request, reply) =>
    // It lies below the page, and is to receive what is for the page.
    reply.type(SCRIPT_TYPE).header('service-worker-allowed', '/web-push').send(SERVICE_WORKER),
  );
}
