import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { TLSSocket } from 'node:tls';
import type { Peer } from './connections.js';

/** What a server gets that speaks HTTP/1.1 and HTTP/2. */
export type Request = IncomingMessage | Http2ServerRequest;
export type Response = ServerResponse | Http2ServerResponse;

export function peerOf(request: Request): Peer | undefined {
  if ('stream' in request) return request.stream.session;
  return request.socket instanceof TLSSocket ? request.socket : undefined;
}

/** Calls back when the request is complete; a body larger than `largest` is counted and not kept. */
export function readBody(request: Request, largest: number, complete: (body: Buffer, bytes: number) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= largest) chunks.push(chunk);
  });
  request.on('end', () => complete(bytes <= largest ? Buffer.concat(chunks) : Buffer.alloc(0), bytes));
}

/** Without HTTP/2's pseudo headers; a header that came several times as one line, as RFC 9110 section 5.3 allows. */
export function textHeaders(request: Request): Record<string, string> & { authorization?: string } {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && !name.startsWith(':')) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}
