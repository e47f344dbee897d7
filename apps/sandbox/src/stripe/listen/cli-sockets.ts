import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { DeliveryEnding } from '../../deliver/delivery-ending.js';
import type { Endpoint } from '../deliver/endpoint.js';
import type { Endpoints } from '../deliver/endpoints.js';
import { newId } from '../wire/ids.js';
import { type CliSession, type CliSessions, SOCKET_PATH } from './cli-sessions.js';
import { thinEvent, webhookEvent, webhookResponse } from './socket-messages.js';

const SUBPROTOCOL = 'stripecli-devproxy-v1';

/** Where `stripe listen` is: it gets events over its socket, posts them itself, and says how that ended. */
export class CliSockets {
  private readonly server = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  private readonly sockets = new Map<string, WebSocket>();
  private readonly waiting = new Map<string, (ending: DeliveryEnding) => void>();

  constructor(
    private readonly sessions: CliSessions,
    private readonly endpoints: Endpoints,
  ) {}

  /** Takes over a connection that asks for a WebSocket; cuts it when it names no session. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const id = request.headers['websocket-id'];
    const session = typeof id === 'string' ? this.sessions.find(id) : undefined;
    if (!request.url?.startsWith(SOCKET_PATH)) return refuse(socket, 404, 'There is nothing to connect to here.');
    if (!session) return refuse(socket, 400, 'Unknown WebSocket ID.');
    this.server.handleUpgrade(request, socket, head, (connection) => this.open(session, connection));
  }

  /** Resolves when the CLI has posted it and told how that ended. */
  async carry(
    endpoint: Endpoint,
    headers: Readonly<Record<string, string>>,
    body: string,
    timeoutMs: number,
  ): Promise<DeliveryEnding> {
    const socket = this.sockets.get(endpoint.id);
    if (!socket) return { kind: 'unanswered', why: 'stripe listen is not connected' };
    const thin = endpoint.shape === 'thin';
    const conversation = thin ? (JSON.parse(body) as { id: string }).id : newId('wc');
    return new Promise((resolve) => {
      const settle = (ending: DeliveryEnding): void => {
        clearTimeout(timer);
        this.waiting.delete(conversation);
        resolve(ending);
      };
      const late = (): void => settle({ kind: 'unanswered', why: `no answer in ${timeoutMs} ms` });
      const timer = setTimeout(late, timeoutMs).unref();
      this.waiting.set(conversation, settle);
      const message = thin
        ? thinEvent(body, headers, endpoint.id)
        : webhookEvent(body, headers, endpoint.id, conversation);
      socket.send(JSON.stringify(message));
    });
  }

  close(): void {
    for (const socket of this.sockets.values()) socket.terminate();
    this.server.close();
  }

  private open({ accountId, secret, shapes, created }: CliSession, socket: WebSocket): void {
    const mine = shapes.map((shape) =>
      this.endpoints.add({ accountId, secret, shape, created, source: 'cli', from: 'all', url: 'stripe listen' }),
    );
    for (const { id } of mine) this.sockets.set(id, socket);
    socket.on('message', (data) => this.hear(data instanceof Buffer ? data.toString() : ''));
    // A CLI that is killed resets the connection.
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      for (const { id } of mine) {
        this.sockets.delete(id);
        this.endpoints.remove(id);
      }
    });
  }

  private hear(text: string): void {
    const answer = webhookResponse.safeParse(parsed(text));
    if (!answer.success) return;
    const { webhook_conversation_id: conversation, notification_id: event, status, body } = answer.data;
    const settle = this.waiting.get(conversation ?? '') ?? this.waiting.get(event ?? '');
    settle?.({ kind: 'answer', status, text: body });
  }
}

function refuse(socket: Duplex, status: number, message: string): void {
  const body = JSON.stringify({ error: { type: 'invalid_request_error', message } });
  socket.end(
    `HTTP/1.1 ${status} Refused\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
