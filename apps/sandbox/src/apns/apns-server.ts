import type { Logger } from '@signalbox/telemetry';
import { randomUUID } from 'node:crypto';
import { createSecureServer, type Http2Session, type ServerHttp2Stream } from 'node:http2';
import type { TlsIdentity } from '../identity/certificates.js';
import { RESET_CODES } from '../scripting/decision.js';
import { Connections } from '../transport/connections.js';
import { listen, NO_RESET_LIMIT, SESSION_MEMORY_MB } from '../transport/listen.js';
import { type ApnsScript, ORDINARY } from './behaviour.js';
import type { Ending } from './ending.js';
import type { Exchange, Verdict } from './exchange.js';
import { type ApnsRequest, LARGEST_PAYLOAD } from './request-rules.js';

export interface ApnsServer {
  readonly connections: Connections;
  /** Answers the port in use. */
  listen(port: number, host: string): Promise<number>;
}

/** HTTP/2 over TLS on one side, `Exchange` on the other; decides nothing itself. */
export function createApnsServer(tls: TlsIdentity, exchange: Exchange, script: ApnsScript, logger: Logger): ApnsServer {
  const server = createSecureServer({
    key: tls.key,
    cert: tls.certificate,
    minVersion: 'TLSv1.2',
    settings: { maxConcurrentStreams: ORDINARY.maxConcurrentStreams },
    maxSessionMemory: SESSION_MEMORY_MB,
    ...NO_RESET_LIMIT,
  });
  const connections = new Connections(server, ORDINARY);

  server.on('stream', (stream: ServerHttp2Stream, _headers: unknown, _flags: number, rawHeaders: string[]) => {
    const { session } = stream;
    // A client that goes away in mid-request is its own affair; without a listener it would end the process.
    stream.on('error', () => undefined);
    if (!session) return;
    const connection = connections.countRequest(session);
    readBody(stream, (payload, payloadBytes) => {
      if (script.behaviour.blackhole) return;
      const request = { ...readHeaders(rawHeaders), payload, payloadBytes, connection };
      exchange.handle(request).then(
        (verdict) => conclude(stream, session, verdict),
        (error: unknown) => {
          logger.error({ err: error }, 'a request could not be written to the oracle log, so it was not answered');
          stream.close(RESET_CODES.INTERNAL_ERROR);
        },
      );
    });
  });

  function conclude(stream: ServerHttp2Stream, session: Http2Session, verdict: Verdict): void {
    if (verdict.senderProven) connections.proveSender(session);
    const end = (): void => {
      if (stream.destroyed || stream.closed || script.behaviour.blackhole) return;
      finish(stream, session, verdict.ending, verdict.apnsId);
    };
    if (verdict.latencyMs > 0) setTimeout(end, verdict.latencyMs).unref();
    else end();
  }

  function finish(stream: ServerHttp2Stream, session: Http2Session, ending: Ending, apnsId: string): void {
    switch (ending.kind) {
      case 'answer':
        return answer(stream, ending, apnsId);
      case 'reset':
        return stream.close(RESET_CODES[ending.code]);
      case 'disconnect':
        return connections.cut(session);
      case 'hang':
        return;
    }
  }

  return { connections, listen: (port, host) => listen(server, port, host) };
}

function answer(stream: ServerHttp2Stream, ending: Ending & { kind: 'answer' }, apnsId: string): void {
  if (ending.status === 200) {
    // `apns-unique-id` exists in Apple's development environment only, which is the one this server plays.
    stream.respond({ ':status': 200, 'apns-id': apnsId, 'apns-unique-id': randomUUID() }, { endStream: true });
    return;
  }
  stream.respond({
    ':status': ending.status,
    'apns-id': apnsId,
    'content-type': 'application/json',
    ...(ending.retryAfter !== undefined && { 'retry-after': String(ending.retryAfter) }),
  });
  stream.end(JSON.stringify({ reason: ending.reason, timestamp: ending.timestamp }));
}

/** Calls back when the request is complete; a payload larger than any allowed one is counted and not kept. */
function readBody(stream: ServerHttp2Stream, complete: (payload: string, bytes: number) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= LARGEST_PAYLOAD) chunks.push(chunk);
  });
  stream.on('end', () => complete(bytes <= LARGEST_PAYLOAD ? Buffer.concat(chunks).toString('utf8') : '', bytes));
}

const PSEUDO_HEADERS = new Set([':method', ':path', ':scheme', ':authority']);

function readHeaders(
  raw: readonly string[],
): Pick<ApnsRequest, 'method' | 'path' | 'authorization' | 'headers' | 'duplicateHeader'> {
  const headers: Record<string, string> = {};
  let authorization: string | undefined;
  let method = '';
  let path = '';
  let duplicateHeader: string | undefined;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index]!;
    const value = raw[index + 1]!;
    if (name === ':method') method = value;
    else if (name === ':path') path = value;
    else if (PSEUDO_HEADERS.has(name)) continue;
    else if (name === 'authorization' && authorization === undefined) authorization = value;
    else if (name !== 'authorization' && !Object.hasOwn(headers, name)) headers[name] = value;
    else if (name === 'authorization' || name.startsWith('apns-')) duplicateHeader ??= name;
  }
  return { method, path, authorization, headers, duplicateHeader };
}
