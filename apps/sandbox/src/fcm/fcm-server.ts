import type { Logger } from '@signalbox/telemetry';
import { createSecureServer } from 'node:http2';
import type { TlsIdentity } from '../identity/certificates.js';
import { RESET_CODES } from '../scripting/decision.js';
import { peerOf, readBody, type Request, type Response, textHeaders } from '../transport/any-http.js';
import { Connections, type Peer } from '../transport/connections.js';
import { listen, NO_RESET_LIMIT, SESSION_MEMORY_MB } from '../transport/listen.js';
import { type Answer, json, page, refuse } from './answer.js';
import { type FcmScript, ORDINARY } from './behaviour.js';
import type { FcmExchange, Verdict } from './exchange.js';
import { LARGEST_BODY } from './request-rules.js';
import { TOKEN_PATH, type TokenEndpoint } from './token-endpoint.js';

/** Google's front end keeps an idle HTTP/1.1 connection for minutes; Node's five seconds would break clients that pool. */
const KEEP_ALIVE_MS = 240_000;

export interface FcmServer {
  readonly connections: Connections;
  /** Answers the port in use. */
  listen(port: number, host: string): Promise<number>;
}

/** HTTP/1.1 and HTTP/2 over TLS on one side, `FcmExchange` and `TokenEndpoint` on the other; decides nothing itself. */
export function createFcmServer(
  tls: TlsIdentity,
  exchange: FcmExchange,
  tokenEndpoint: TokenEndpoint,
  script: FcmScript,
  logger: Logger,
): FcmServer {
  const server = createSecureServer({
    key: tls.key,
    cert: tls.certificate,
    minVersion: 'TLSv1.2',
    allowHTTP1: true,
    settings: { maxConcurrentStreams: ORDINARY.maxConcurrentStreams },
    maxSessionMemory: SESSION_MEMORY_MB,
    ...NO_RESET_LIMIT,
  });
  Object.assign(server, { keepAliveTimeout: KEEP_ALIVE_MS });
  const connections = new Connections(server, ORDINARY);

  server.on('request', (request: Request, response: Response) => {
    const peer = peerOf(request);
    // A client that goes away in mid-request is its own affair; without listeners it would end the process.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    if (!peer) return;
    const connection = connections.countRequest(peer);
    readBody(request, LARGEST_BODY, (body, payloadBytes) => {
      if (script.behaviour.blackhole) return;
      respond(request, response, peer, { connection, payload: body.toString('utf8'), payloadBytes }).catch(
        (error: unknown) => {
          logger.error({ err: error }, 'a request could not be written to the oracle log, so it was not answered');
          reset(request, peer, 'INTERNAL_ERROR');
        },
      );
    });
  });

  async function respond(
    request: Request,
    response: Response,
    peer: Peer,
    body: { connection: number; payload: string; payloadBytes: number },
  ): Promise<void> {
    const { method = '', url: path = '' } = request;
    if (path === TOKEN_PATH) {
      const answer = method === 'POST' ? await tokenEndpoint.exchange(body.payload) : page(404);
      return after(script.behaviour.oauthLatencyMs, () => send(response, peer, answer));
    }
    const { authorization, ...headers } = textHeaders(request);
    const httpVersion = request.httpVersionMajor === 2 ? '2' : '1.1';
    const verdict = await exchange.handle({ ...body, method, path, authorization, headers, httpVersion });
    after(verdict.latencyMs, () => finish(request, response, peer, verdict));
  }

  function after(latencyMs: number, end: () => void): void {
    const unlessSilent = (): void => {
      if (!script.behaviour.blackhole) end();
    };
    if (latencyMs > 0) setTimeout(unlessSilent, latencyMs).unref();
    else unlessSilent();
  }

  function finish(request: Request, response: Response, peer: Peer, { ending, messageName }: Verdict): void {
    switch (ending.kind) {
      case 'answer':
        return send(response, peer, ending.status === 200 ? json(200, { name: messageName }) : refuse(ending));
      case 'reset':
        return reset(request, peer, ending.code);
      case 'disconnect':
        return connections.cut(peer);
      case 'hang':
        return;
    }
  }

  /** HTTP/1.1 has one way to reset a request: its connection. */
  function reset(request: Request, peer: Peer, code: keyof typeof RESET_CODES): void {
    if ('stream' in request) request.stream.close(RESET_CODES[code]);
    else connections.cut(peer);
  }

  function send(response: Response, peer: Peer, { status, headers, body }: Answer): void {
    if (response.destroyed || response.writableEnded) return;
    const length = { 'content-length': String(Buffer.byteLength(body)) };
    const last = connections.isLeaving(peer) ? { connection: 'close' } : {};
    response.statusCode = status;
    for (const [name, value] of Object.entries({ ...headers, ...length, ...last })) response.setHeader(name, value);
    response.end(body);
  }

  return { connections, listen: (port, host) => listen(server, port, host) };
}
