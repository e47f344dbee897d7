import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { answerProtocolError } from '../protocol-errors.js';
import { ArrivingBodies } from './arriving-bodies.js';
import { NDJSON } from './lines-body.js';

/**
 * Cuts off whoever sends a body slowly, so that nobody takes up room by it; but for a body in lines, which may come for as long as
 * the server lets any request. (Node's own limit knows no routes.)
 */
export function limitBodies(fastify: FastifyInstance, deadlineMs: number): void {
  const arriving = new ArrivingBodies(deadlineMs, refuse);
  fastify.addHook('preParsing', (request, _reply, body, done) => {
    done(null, body);
    if (request.headers['content-type']?.startsWith(NDJSON) !== true) arriving.watch(request.raw);
  });
}

function refuse({ socket }: IncomingMessage): void {
  answerProtocolError(Object.assign(new Error('too slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket);
}
