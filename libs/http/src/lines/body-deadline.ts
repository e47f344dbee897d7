import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { answerProtocolError } from '../protocol-errors.js';
import { NDJSON } from './lines-body.js';

/**
 * Cuts off whoever sends a body slowly, so that nobody takes up room by it; but for a body in lines, which may come for as long as
 * the server lets any request. (Node's own limit knows no routes.)
 */
export function limitBodies(fastify: FastifyInstance, deadlineMs: number): void {
  const arriving: IncomingMessage[] = [];
  // Nearly every body came with its head: those need no timer, and all that came together share one look.
  const look = (): void => {
    for (const body of arriving.splice(0)) if (!body.complete && !body.destroyed) limitBody(body, deadlineMs);
  };
  fastify.addHook('preParsing', (request, _reply, body, done) => {
    done(null, body);
    if (request.headers['content-type']?.startsWith(NDJSON) === true) return;
    if (arriving.push(request.raw) === 1) setImmediate(look);
  });
}

function limitBody(body: IncomingMessage, deadlineMs: number): void {
  const deadline = setTimeout(() => {
    if (body.complete) return;
    answerProtocolError(Object.assign(new Error('too slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), body.socket);
  }, deadlineMs);
  for (const end of ['end', 'close']) body.once(end, () => clearTimeout(deadline));
}
