import { constants, type Http2SecureServer, type Http2Session } from 'node:http2';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { Churn, type ChurnRules } from './churn.js';

/** Bytes a client may send before it must wait for us, per connection: RFC 9113's 64 KiB slow bulk senders down. */
const CONNECTION_WINDOW = 4 * 1024 * 1024;
/** How long requests under way may take to finish when the sandbox stops. */
const STOP_GRACE_MS = 500;

export type GoawayCode = 'NO_ERROR' | 'INTERNAL_ERROR' | 'ENHANCE_YOUR_CALM';

/** The part of a provider's behaviour that concerns connections. */
export interface ConnectionRules extends ChurnRules {
  readonly blackhole: boolean;
  readonly goawayAfter?: number | undefined;
  readonly maxConcurrentStreams: number;
  readonly oneStreamUntilFirstToken?: boolean | undefined;
}

/** One client's connection: an HTTP/2 session, or the socket itself when it speaks HTTP/1.1. */
export type Peer = Http2Session | TLSSocket;

interface Connection {
  readonly id: number;
  readonly peer: Peer;
  requests: number;
  senderProven: boolean;
  /** An HTTP/1.1 client was told, or will be told with its next answer, to use another connection. */
  leaving: boolean;
}

/** The open connections and what can be done to them: limits, GOAWAY, silence, a cut. */
export class Connections {
  private readonly open = new Map<Peer, Connection>();
  private readonly sockets = new Map<string, Socket>();
  private readonly churn: Churn;
  private accepted = 0;

  constructor(
    private readonly server: Http2SecureServer,
    private behaviour: ConnectionRules,
  ) {
    this.churn = new Churn({
      goaway: () => this.goaway('NO_ERROR', undefined, false),
      cut: () => this.cutAny(),
    });
    server.on('connection', (socket: Socket) => this.watchSocket(socket));
    server.on('session', (session) => this.watchSession(session));
    server.on('secureConnection', (socket: TLSSocket) => {
      if (socket.alpnProtocol !== 'h2') this.watch(socket);
    });
  }

  counts(): { open: number; total: number } {
    return { open: this.open.size, total: this.accepted };
  }

  /** Counts one request and answers its connection's number; tells the client to leave when its share is used up. */
  countRequest(peer: Peer): number {
    const connection = this.open.get(peer);
    if (!connection) return 0;
    connection.requests += 1;
    if (connection.requests === this.behaviour.goawayAfter) this.dismiss(connection, 'NO_ERROR', undefined);
    return connection.id;
  }

  /** Whether the next answer on this HTTP/1.1 connection must say that it is the last. */
  isLeaving(peer: Peer): boolean {
    return this.open.get(peer)?.leaving ?? false;
  }

  /** The first valid provider token lifts the limit of one stream. */
  proveSender(session: Http2Session): void {
    const connection = this.open.get(session);
    if (!connection || connection.senderProven) return;
    connection.senderProven = true;
    if (this.behaviour.oneStreamUntilFirstToken) this.sendLimit(connection);
  }

  apply(behaviour: ConnectionRules): void {
    const before = this.behaviour;
    this.behaviour = behaviour;
    this.churn.apply(behaviour);
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
  goaway(code: GoawayCode, reason: string | undefined, abrupt: boolean): number {
    const told = [...this.open.values()];
    for (const connection of told) {
      this.dismiss(connection, code, reason);
      if (abrupt) connection.peer.destroy();
    }
    return told.length;
  }

  /** The connection breaks without a word, as when a device in the middle drops it. */
  cut(peer: Peer): void {
    // A session that is over has no socket any more.
    if (peer.destroyed) return;
    this.sockets.get(address(isSession(peer) ? peer.socket : peer))?.resetAndDestroy();
  }

  /** Lets requests under way finish for a moment, then closes every connection. */
  async stop(): Promise<void> {
    this.churn.stop();
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const connection of this.open.values()) {
      if (isSession(connection.peer)) connection.peer.close();
      else connection.leaving = true;
    }
    const impatience = setTimeout(() => {
      for (const peer of this.open.keys()) peer.destroy();
      for (const socket of this.sockets.values()) socket.destroy();
    }, STOP_GRACE_MS);
    await closed;
    clearTimeout(impatience);
  }

  private cutAny(): void {
    const peers = [...this.open.keys()];
    const peer = peers[Math.floor(Math.random() * peers.length)];
    if (peer) this.cut(peer);
  }

  private watchSocket(socket: Socket): void {
    const key = address(socket);
    this.sockets.set(key, socket);
    socket.once('close', () => this.sockets.delete(key));
    if (this.behaviour.blackhole) silence(socket, true);
  }

  private watchSession(session: Http2Session): void {
    this.watch(session);
    session.setLocalWindowSize(CONNECTION_WINDOW);
  }

  private watch(peer: Peer): void {
    this.accepted += 1;
    this.open.set(peer, { id: this.accepted, peer, requests: 0, senderProven: false, leaving: false });
    peer.once('close', () => this.open.delete(peer));
    // A client that vanishes or breaks the protocol ends its own connection and nothing else.
    peer.on('error', () => peer.destroy());
  }

  private dismiss(connection: Connection, code: GoawayCode, reason: string | undefined): void {
    if (isSession(connection.peer)) sendGoaway(connection.peer, code, reason);
    else connection.leaving = true;
  }

  private sendLimit({ peer, senderProven }: Connection): void {
    if (!isSession(peer) || peer.closed) return;
    const held = this.behaviour.oneStreamUntilFirstToken === true && !senderProven;
    peer.settings({ maxConcurrentStreams: held ? 1 : this.behaviour.maxConcurrentStreams });
  }
}

function isSession(peer: Peer): peer is Http2Session {
  return 'goaway' in peer;
}

function sendGoaway(session: Http2Session, code: GoawayCode, reason: string | undefined): void {
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
