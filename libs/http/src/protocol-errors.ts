import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import { Problem, problemBody } from './problem.js';

/** What Node's HTTP parser refuses by itself (its `clientError` codes). There is no request yet, only a socket. */
const REFUSALS: Readonly<Record<string, Problem>> = {
  HPE_HEADER_OVERFLOW: new Problem({
    status: 431,
    code: 'headers_too_large',
    detail: 'The request line and headers together are larger than 16 KiB.',
  }),
  ERR_HTTP_REQUEST_TIMEOUT: new Problem({
    status: 408,
    code: 'request_timeout',
    detail: 'The request did not arrive in time.',
  }),
};

const MALFORMED = new Problem({ status: 400, code: 'malformed_request', detail: 'This is not an HTTP/1.1 request.' });

/** Answers a request that is not HTTP, and ends its connection. */
export function answerProtocolError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = REFUSALS[error.code ?? ''] ?? MALFORMED;
  const body = JSON.stringify(problemBody(problem));
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}\r\nConnection: close\r\n` +
      `Content-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
