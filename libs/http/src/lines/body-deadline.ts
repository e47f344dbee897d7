import type { FastifyInstance } from 'fastify';
import { answerProtocolError } from '../protocol-errors.js';
import { NDJSON } from './lines-body.js';

/**
 * Cuts off whoever sends a body slowly, so that nobody takes up room by it; but for a body in lines, which may come for as long as
 * the server lets any request. (Node's own limit knows no routes.)
 */
export function limitBodies(fastify: FastifyInstance, deadlineMs: number): void {
  fastify.addHook('preParsing', (request, _reply, body, done) => {
    done(null, body);
    if (request.headers['content-type']?.startsWith(NDJSON) === true) return;
    const deadline = setTimeout(() => {
      const { complete, socket } = request.raw;
      if (complete) return;
      answerProtocolError(Object.assign(new Error('too slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket);
    }, deadlineMs);
    for (const end of ['end', 'close']) request.raw.once(end, () => clearTimeout(deadline));
  });
}
