import type { Logger } from '@signalbox/telemetry';
import { createSecureServer } from 'node:http2';
import type { TlsIdentity } from '../identity/certificates.js';
import { RESET_CODES } from '../scripting/decision.js';
import { peerOf, readBody, type Request, type Response, textHeaders } from '../transport/any-http.js';
import { Connections, type Peer } from '../transport/connections.js';
import { listen, NO_RESET_LIMIT, SESSION_MEMORY_MB } from '../transport/listen.js';
import { ORDINARY, type WebPushScript } from './behaviour.js';
import type { Refusal } from './ending.js';
import type { Verdict, WebPushExchange } from './exchange.js';
import { LARGEST_BODY } from './request-rules.js';

const HTTP_1 = ['http/1.1'];
const BOTH = ['h2', 'http/1.1'];

export interface PushServer {
  readonly connections: Connections;
  /** Answers the port in use. */
  listen(port: number, host: string): Promise<number>;
}

/** HTTP/2 and HTTP/1.1 over TLS on one side, `WebPushExchange` on the other; decides nothing itself. */
export function createPushServer(
  tls: TlsIdentity,
  exchange: WebPushExchange,
  script: WebPushScript,
  logger: Logger,
): PushServer {
  const server = createSecureServer({
    key: tls.key,
    cert: tls.certificate,
    minVersion: 'TLSv1.2',
    allowHTTP1: true,
    ALPNCallback: ({ protocols }) =>
      (script.behaviour.onlyHttp1 ? HTTP_1 : BOTH).find((each) => protocols.includes(each)),
    settings: { maxConcurrentStreams: ORDINARY.maxConcurrentStreams },
    maxSessionMemory: SESSION_MEMORY_MB,
    ...NO_RESET_LIMIT,
  });
  const connections = new Connections(server, ORDINARY);

  server.on('request', (request: Request, response: Response) => {
    const peer = peerOf(request);
    // A client that goes away in mid-request is its own affair; without listeners it would end the process.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    if (!peer) return;
    const connection = connections.countRequest(peer);
    readBody(request, LARGEST_BODY, (body, bodyBytes) => {
      if (script.behaviour.blackhole) return;
      const { method = '', url: path = '' } = request;
      const { authorization, ...headers } = textHeaders(request);
      const httpVersion = request.httpVersionMajor === 2 ? '2' : '1.1';
      exchange.handle({ connection, method, path, authorization, headers, httpVersion, body, bodyBytes }).then(
        (verdict) => conclude(request, response, peer, verdict),
        (error: unknown) => {
          logger.error({ err: error }, 'a request could not be written to the oracle log, so it was not answered');
          reset(request, peer, 'INTERNAL_ERROR');
        },
      );
    });
  });

  function conclude(request: Request, response: Response, peer: Peer, verdict: Verdict): void {
    const end = (): void => {
      if (!script.behaviour.blackhole) finish(request, response, peer, verdict);
    };
    if (verdict.latencyMs > 0) setTimeout(end, verdict.latencyMs).unref();
    else end();
  }

  function finish(request: Request, response: Response, peer: Peer, { ending, messageId }: Verdict): void {
    switch (ending.kind) {
      case 'answer':
        return answer(response, peer, ending, messageId);
      case 'reset':
        return reset(request, peer, ending.code);
      case 'disconnect':
        return connections.cut(peer);
      case 'hang':
        return;
    }
  }

  function answer(response: Response, peer: Peer, { status, reason, retryAfter }: Refusal, messageId?: string): void {
    if (response.destroyed || response.writableEnded) return;
    const body = status === 201 ? '' : reason === undefined ? `status ${status}` : JSON.stringify({ reason });
    const headers = {
      'content-length': String(Buffer.byteLength(body)),
      ...(body !== '' && { 'content-type': reason === undefined ? 'text/plain' : 'application/json' }),
      ...(messageId !== undefined && { location: `${exchange.origin}/message/${messageId}` }),
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
      ...(connections.isLeaving(peer) && { connection: 'close' }),
    };
    response.statusCode = status;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.end(body);
  }

  /** HTTP/1.1 has one way to reset a request: its connection. */
  function reset(request: Request, peer: Peer, code: keyof typeof RESET_CODES): void {
    if ('stream' in request) request.stream.close(RESET_CODES[code]);
    else connections.cut(peer);
  }

  return { connections, listen: (port, host) => listen(server, port, host) };
}
