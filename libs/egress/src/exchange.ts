import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { EgressFailed } from './egress-failed.js';
import type { Target } from './target.js';

export interface OutgoingRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
}

export interface Exchanged<Body> {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Body;
}

const MOST_OF_THE_HEAD = 16_384;

/**
 * One request and its answer over a connection that stands. `read` is given the answer as soon as its head has come, and decides
 * what becomes of an answer that breaks off.
 *
 * @throws EgressFailed when no head of an answer came.
 */
export function exchange<Body>(
  socket: Socket,
  { url }: Target,
  { method, headers, body }: OutgoingRequest,
  deadline: AbortSignal,
  read: (incoming: IncomingMessage) => Promise<Body>,
): Promise<Exchanged<Body>> {
  return new Promise((resolve, reject) => {
    let isAnswered = false;
    const fail = (error?: unknown): void => {
      if (!isAnswered) reject(new EgressFailed(deadline.aborted ? 'timeout' : 'answer_failed', error));
    };
    const outgoing = request({
      method,
      path: `${url.pathname}${url.search}`,
      headers: {
        ...headers,
        host: url.host,
        ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
      },
      createConnection: () => socket,
      maxHeaderSize: MOST_OF_THE_HEAD,
      signal: deadline,
    });
    outgoing.on('error', fail);
    // Neither an answer nor an error: closed, or switched to another protocol.
    outgoing.on('close', () => fail());
    outgoing.on('response', (incoming) => {
      isAnswered = true;
      const { statusCode: status = 0, headers: answered } = incoming;
      read(incoming).then((read) => resolve({ status, headers: answered, body: read }), reject);
    });
    outgoing.end(body);
  });
}
