import { takeForms } from '@signalbox/html';
import { problemOfError } from '@signalbox/http';
import type { Logger } from '@signalbox/telemetry';
import type { FastifyInstance } from 'fastify';
import { sendPage } from './page.js';
import { problemPage } from './problem-page.js';
import { SCRIPT } from './script.js';

/** A reason of 512 characters and a note of 500, percent-encoded. */
const FORM_LIMIT = 16 * 1_024;

/** A scope of pages: takes forms, has the script, and shows what goes wrong as a page. */
export function servePages(scope: FastifyInstance, logger: Logger): void {
  takeForms(scope, FORM_LIMIT);
  scope.get('/console.js', (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').header('cache-control', 'max-age=300').send(SCRIPT),
  );
  scope.setErrorHandler((error, _request, reply) => {
    const problem = problemOfError(error);
    if (problem.status === 500) logger.error({ err: error }, 'a page could not be shown');
    return sendPage(reply.headers(problem.headers), problem.status, problemPage(problem));
  });
}
