import { constants, type Http2SecureServer, type Http2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { type Behaviour, ORDINARY } from './script.js';

/** Bytes a client may send before it must wait for us, per connection: RFC 9113's 64 KiB slow bulk senders down. */
const CONNECTION_WINDOW = 4 * 1024 * 1024;
/** How long requests under way may take to finish when the sandbox stops. */
const STOP_GRACE_MS = 500;

interface Connection {
  readonly id: number;
  readonly session: Http2Session;
  requests: number;
  senderProven: boolean;
}

/** The open HTTP/2 connections and what can be done to them: limits, GOAWAY, silence, a cut. */
export class Connections {
  private readonly open = new Map<Http2Session, Connection>();
  private readonly sockets = new Map<string, Socket>();
  private behaviour: Behaviour = ORDINARY;
  private accepted = 0;

  constructor(private readonly server: Http2SecureServer) {
    server.on('connection', (socket: Socket) => this.watchSocket(socket));
    server.on('session', (session) => this.watchSession(session));
  }

  counts(): { open: number; total: number } {
    return { open: this.open.size, total: this.accepted };
  }

  /** Counts one request and answers its connection's number; tells the client to leave when its share is used up. */
  countRequest(session: Http2Session): number {
    const connection = this.open.get(session);
    if (!connection) return 0;
    connection.requests += 1;
    if (connection.requests === this.behaviour.goawayAfter) sendGoaway(session, 'NO_ERROR', undefined);
    return connection.id;
  }

  /** The first valid provider token lifts the limit of one stream. */
  proveSender(session: Http2Session): void {
    const connection = this.open.get(session);
    if (!connection || connection.senderProven) return;
    connection.senderProven = true;
    if (this.behaviour.oneStreamUntilFirstToken) this.sendLimit(connection);
  }

  apply(behaviour: Behaviour): void {
    const before = this.behaviour;
    this.behaviour = behaviour;
    this.server.updateSettings({
      maxConcurrentStreams: behaviour.oneStreamUntilFirstToken ? 1 : behaviour.maxConcurrentStreams,
    });
    if (before.maxConcurrentStreams !== behaviour.maxConcurrentStreams) {
      for (const connection of this.open.values()) this.sendLimit(connection);
    }
    if (before.blackhole !== behaviour.blackhole) {
      for (const socket of this.sockets.values()) silence(socket, behaviour.blackhole);
    }
  }

  /** Tells every client to leave and answers how many were told. `abrupt` also cuts what is under way. */
  goaway(
    code: 'NO_ERROR' | 'INTERNAL_ERROR' | 'ENHANCE_YOUR_CALM',
    reason: string | undefined,
    abrupt: boolean,
  ): number {
    const told = [...this.open.keys()];
    for (const session of told) {
      sendGoaway(session, code, reason);
      if (abrupt) session.destroy();
    }
    return told.length;
  }

  /** The connection breaks without a word, as when a device in the middle drops it. */
  cut(session: Http2Session): void {
    const { socket } = session;
    this.sockets.get(address(socket))?.resetAndDestroy();
  }

  /** Lets requests under way finish for a moment, then closes every connection. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const session of this.open.keys()) session.close();
    const impatience = setTimeout(() => {
      for (const session of this.open.keys()) session.destroy();
      for (const socket of this.sockets.values()) socket.destroy();
    }, STOP_GRACE_MS);
    await closed;
    clearTimeout(impatience);
  }

  private watchSocket(socket: Socket): void {
    const key = address(socket);
    this.sockets.set(key, socket);
    socket.once('close', () => this.sockets.delete(key));
    if (this.behaviour.blackhole) silence(socket, true);
  }

  private watchSession(session: Http2Session): void {
    this.accepted += 1;
    this.open.set(session, { id: this.accepted, session, requests: 0, senderProven: false });
    session.setLocalWindowSize(CONNECTION_WINDOW);
    session.once('close', () => this.open.delete(session));
    // A client that vanishes or breaks the protocol ends its own connection and nothing else.
    session.on('error', () => session.destroy());
  }

  private sendLimit({ session, senderProven }: Connection): void {
    const held = this.behaviour.oneStreamUntilFirstToken && !senderProven;
    if (!session.closed) session.settings({ maxConcurrentStreams: held ? 1 : this.behaviour.maxConcurrentStreams });
  }
}

function sendGoaway(
  session: Http2Session,
  code: 'NO_ERROR' | 'INTERNAL_ERROR' | 'ENHANCE_YOUR_CALM',
  reason: string | undefined,
): void {
  if (session.closed || session.destroyed) return;
  const data = reason === undefined ? undefined : Buffer.from(JSON.stringify({ reason }));
  // 0 stands for "the last stream that came": everything sent later was not processed.
  session.goaway(constants[`NGHTTP2_${code}`], 0, data);
  session.close();
}

function address(socket: Pick<Socket, 'remoteAddress' | 'remotePort'>): string {
  return `${socket.remoteAddress ?? ''}:${socket.remotePort ?? 0}`;
}

interface ReadControl {
  readStop(): void;
  readStart(): void;
}

/**
 * Stops or resumes reading below TLS, so that not even a PING is answered. `socket.pause()` has no effect here: the TLS
 * layer reads from the handle itself, for which Node has no public switch. Without the handle nothing happens, and the
 * black hole is only as deep as unanswered requests.
 */
function silence(socket: Socket, silent: boolean): void {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (!isReadControl(handle)) return;
  if (silent) handle.readStop();
  else handle.readStart();
}

function isReadControl(handle: unknown): handle is ReadControl {
  return typeof handle === 'object' && handle !== null && 'readStop' in handle && 'readStart' in handle;
}
