import {
  createServer,
  type Http2Session,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type Settings,
} from 'node:http2';
import { connect, createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach } from '@jest/globals';

/** One request as the peer got it. */
export interface Arrival {
  readonly path: string;
  readonly body: string;
  readonly stream: ServerHttp2Stream;
  readonly session: ServerHttp2Session;
}

/** The other side of a channel: a bare HTTP/2 server. */
export interface Peer {
  readonly origin: string;
  /** Everything that arrived, in order. */
  readonly arrivals: Arrival[];
  /** Every session that was ever opened. */
  readonly sessions: Http2Session[];
  readonly openSessions: () => number;
  /** Pings that came in. */
  readonly pings: () => number;
  /** The most streams that were open on one session at the same time. */
  readonly mostStreams: () => number;
}

const toClose: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(toClose.splice(0).map((close) => close()));
});

/** Answers a request with its own body. */
export function echo({ stream, body }: Arrival): void {
  stream.respond({ ':status': 200 });
  stream.end(body);
}

/** An answerer that keeps every request until they are let go. */
export function holding(): { held: Arrival[]; hold: (arrival: Arrival) => void; letGo: () => void } {
  const held: Arrival[] = [];
  return { held, hold: (arrival) => held.push(arrival), letGo: () => held.splice(0).forEach(echo) };
}

/** Starts a peer for this test. */
export async function startPeer(answer: (arrival: Arrival) => void = echo, settings: Settings = {}): Promise<Peer> {
  const server = createServer({ settings });
  const arrivals: Arrival[] = [];
  const sessions: Http2Session[] = [];
  const open = new Set<Http2Session>();
  const streams = new Map<Http2Session, number>();
  let most = 0;
  let pings = 0;
  server.on('session', (session) => {
    sessions.push(session);
    open.add(session);
    session.on('error', () => undefined);
    session.on('ping', () => (pings += 1));
    session.on('close', () => open.delete(session));
  });
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    const session = stream.session as ServerHttp2Session;
    streams.set(session, (streams.get(session) ?? 0) + 1);
    most = Math.max(most, streams.get(session)!);
    stream.on('close', () => streams.set(session, streams.get(session)! - 1));
    stream.on('error', () => undefined);
    let body = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => (body += chunk));
    stream.on('end', () => {
      const arrival = { path: headers[':path'] ?? '', body, stream, session };
      arrivals.push(arrival);
      answer(arrival);
    });
  });
  const port = await listen(server);
  toClose.push(async () => {
    for (const session of open) session.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    origin: `http://127.0.0.1:${port}`,
    arrivals,
    sessions,
    openSessions: () => open.size,
    pings: () => pings,
    mostStreams: () => most,
  };
}

/** A TCP server of this test that leaves its connections to the caller. */
export async function startTcp(onConnection: (socket: Socket) => void): Promise<{ origin: string; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const server = createTcpServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  const port = await listen(server);
  toClose.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { origin: `http://127.0.0.1:${port}`, sockets };
}

/** A wire to a peer that can be cut without either end being told. */
export async function startWire(peer: Peer): Promise<{ origin: string; hold: (silent: boolean) => void }> {
  const port = Number(new URL(peer.origin).port);
  const ends: Socket[] = [];
  let isSilent = false;
  const { origin } = await startTcp((near) => {
    const far = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.push(from);
      from.on('error', () => undefined);
      from.on('data', (chunk) => to.write(chunk));
      from.on('close', () => to.destroy());
      if (isSilent) from.pause();
    }
  });
  const hold = (silent: boolean): void => {
    isSilent = silent;
    for (const end of ends) {
      if (silent) end.pause();
      else end.resume();
    }
  };
  return { origin, hold };
}

/** An origin at which nobody listens. */
export async function nobody(): Promise<string> {
  const server = createTcpServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

async function listen(server: Pick<Server, 'listen' | 'address'>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
